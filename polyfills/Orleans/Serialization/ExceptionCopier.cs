using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Serialization;

namespace Orleans.Serialization;

/// <summary>
/// Rebuilds exceptions as they come off the wire: type, message, stack trace, code, cause and data;
/// members with ids; and what a type with a serialization constructor writes itself. Other members are lost.
/// </summary>
internal sealed class ExceptionCopier<T> : Copier<T>
    where T : Exception
{
    private static readonly MemberCopy<T> s_copyMembers = MemberCopyEmitter<T, WireCopy>.Emit(MemberPlan.Of(typeof(T)));

    public override T Copy(T value, CopyContext context)
    {
        if (value is null)
        {
            return value!;
        }

        if (context.TryGetCopy(value, out var known))
        {
            return (T)known;
        }

        return value.GetType() == typeof(T) ? Rebuild(value, context) : (T)Copiers<WireCopy>.For(value.GetType()).CopyBoxed(value, context)!;
    }

    private static T Rebuild(T value, CopyContext context)
    {
        var copy = typeof(T).IsDefined(typeof(GenerateSerializerAttribute), false)
            ? (T)RuntimeHelpers.GetUninitializedObject(typeof(T))
            : Constructed(value) ?? (T)RuntimeHelpers.GetUninitializedObject(typeof(T));
        context.Record(value, copy);
        Message(copy) = value.Message;
        Inner(copy) = value.InnerException is { } inner ? (Exception)Copiers<WireCopy>.For(inner.GetType()).CopyBoxed(inner, context)! : null;
        RemoteStackTrace(copy) = value.StackTrace is { } trace ? trace + Environment.NewLine : null;
        copy.HResult = value.HResult;
        foreach (DictionaryEntry entry in value.Data)
        {
            copy.Data[entry.Key] = entry.Value;
        }

        s_copyMembers(ref value, ref copy, context);
        return copy;
    }

#pragma warning disable SYSLIB0050, SYSLIB0051 // The serialization constructor is what the real serializer uses for exceptions.
    private static T? Constructed(T value)
    {
        var constructor = typeof(T).GetConstructor(
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, [typeof(SerializationInfo), typeof(StreamingContext)]);
        if (constructor is null)
        {
            return null;
        }

        var info = new SerializationInfo(typeof(T), new FormatterConverter());
        value.GetObjectData(info, new StreamingContext(StreamingContextStates.All));
        return (T)constructor.Invoke([info, new StreamingContext(StreamingContextStates.All)]);
    }
#pragma warning restore SYSLIB0050, SYSLIB0051

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_message")]
    private static extern ref string? Message(Exception exception);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_innerException")]
    private static extern ref Exception? Inner(Exception exception);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_remoteStackTraceString")]
    private static extern ref string? RemoteStackTrace(Exception exception);
}
