using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Orleans.Serialization;

/// <summary>Copies members from one instance to another.</summary>
internal delegate void MemberCopy<T>(ref T source, ref T target, CopyContext context);

/// <summary>Emits, once per type, the code that copies its members.</summary>
internal static class MemberCopyEmitter<T, TMode>
    where TMode : ICopyMode
{
    public static MemberCopy<T> Emit(List<Member> members)
    {
        var byReference = typeof(T).MakeByRefType();
        var method = new DynamicMethod("CopyMembers", null, [byReference, byReference, typeof(CopyContext)], typeof(MemberCopyEmitter<T, TMode>).Module, skipVisibility: true);
        var il = method.GetILGenerator();
        foreach (var member in members)
        {
            // Found out even when the value shares: its type must be one that can cross at all.
            var shares = CopierFactory<TMode>.RequireShallow(member.Type) | (TMode.IsLocal && member.IsImmutable);
            Instance(il, OpCodes.Ldarg_1);
            Instance(il, OpCodes.Ldarg_0);
            Load(il, member);
            if (!shares)
            {
                il.Emit(OpCodes.Ldarg_2);
                il.Emit(OpCodes.Call, typeof(CopierOf<,>).MakeGenericType(member.Type, typeof(TMode)).GetMethod(nameof(CopierOf<,>.Copy))!);
            }

            Store(il, member);
        }

        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<MemberCopy<T>>();
    }

    private static void Instance(ILGenerator il, OpCode argument)
    {
        il.Emit(argument);
        if (!typeof(T).IsValueType)
        {
            il.Emit(OpCodes.Ldind_Ref);
        }
    }

    private static void Load(ILGenerator il, Member member)
    {
        if (member.Field is { } field)
        {
            il.Emit(OpCodes.Ldfld, field);
        }
        else
        {
            il.Emit(OpCodes.Call, member.Get!);
        }
    }

    private static void Store(ILGenerator il, Member member)
    {
        if (member.Field is { } field)
        {
            il.Emit(OpCodes.Stfld, field);
        }
        else
        {
            il.Emit(OpCodes.Call, member.Set!);
        }
    }
}

/// <summary>Makes instances before their members are set: by the constructor without parameters, or by none.</summary>
internal static class InstanceMaker<T>
{
    public static readonly Func<T> Make = Create();

    private static Func<T> Create()
    {
        var constructor = typeof(T).GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, Type.EmptyTypes);
        if (constructor is null)
        {
            return static () => (T)RuntimeHelpers.GetUninitializedObject(typeof(T));
        }

        var method = new DynamicMethod("Make", typeof(T), Type.EmptyTypes, typeof(InstanceMaker<T>).Module, skipVisibility: true);
        var il = method.GetILGenerator();
        il.Emit(OpCodes.Newobj, constructor);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<T>>();
    }
}

/// <summary>Copies classes marked <see cref="GenerateSerializerAttribute"/>.</summary>
internal sealed class ClassMemberCopier<T, TMode> : ReferenceCopier<T, TMode>
    where T : class
    where TMode : ICopyMode
{
    private readonly MemberCopy<T> _copyMembers = MemberCopyEmitter<T, TMode>.Emit(MemberPlan.Of(typeof(T)));
    private readonly bool _isAbstract = typeof(T).IsAbstract;

    protected override T CopyInstance(T value, CopyContext context)
    {
        if (_isAbstract)
        {
            throw new CodecNotFoundException($"Type {typeof(T)} is abstract.");
        }

        var copy = InstanceMaker<T>.Make();
        context.Record(value, copy);
        _copyMembers(ref value, ref copy, context);
        return copy;
    }
}

/// <summary>Copies structs marked <see cref="GenerateSerializerAttribute"/>, and value tuples.</summary>
internal sealed class ValueMemberCopier<T, TMode> : Copier<T>
    where T : struct
    where TMode : ICopyMode
{
    private readonly MemberCopy<T> _copyMembers = MemberCopyEmitter<T, TMode>.Emit(
        typeof(ITuple).IsAssignableFrom(typeof(T)) && typeof(T).Namespace == "System" ? MemberPlan.OfFields(typeof(T)) : MemberPlan.Of(typeof(T)));

    public override T Copy(T value, CopyContext context)
    {
        var copy = default(T);
        _copyMembers(ref value, ref copy, context);
        return copy;
    }
}

/// <summary>Copies <see cref="Tuple"/>s.</summary>
internal sealed class TupleCopier<T, TMode> : ReferenceCopier<T, TMode>
    where T : class
    where TMode : ICopyMode
{
    private readonly MemberCopy<T> _copyMembers = MemberCopyEmitter<T, TMode>.Emit(MemberPlan.OfFields(typeof(T)));

    protected override T CopyInstance(T value, CopyContext context)
    {
        var copy = (T)RuntimeHelpers.GetUninitializedObject(typeof(T));
        context.Record(value, copy);
        _copyMembers(ref value, ref copy, context);
        return copy;
    }
}
