using System.Reflection;
using System.Reflection.Emit;

namespace Orleans.Runtime;

/// <summary>A method's arguments as one value tuple; a cancellation token is not among them, it travels apart.</summary>
internal static class ArgumentTuples
{
    public static ParameterInfo[] Parameters(MethodInfo method) => [.. method.GetParameters().Where(p => p.ParameterType != typeof(CancellationToken))];

    public static Type TypeFor(MethodInfo method) => TypeFor([.. Parameters(method).Select(p => p.ParameterType)]);

    /// <summary>Emits the making of the tuple from arguments that are already on the stack.</summary>
    public static void EmitNew(ILGenerator il, Type tuple)
    {
        if (tuple == typeof(ValueTuple))
        {
            var empty = il.DeclareLocal(tuple);
            il.Emit(OpCodes.Ldloc, empty);
            return;
        }

        var arguments = tuple.GetGenericArguments();
        if (arguments.Length == 8)
        {
            EmitNew(il, arguments[7]);
        }

        il.Emit(OpCodes.Newobj, tuple.GetConstructor(arguments)!);
    }

    /// <summary>Emits the field address path to an element; the tuple's address is on the stack.</summary>
    public static FieldInfo EmitPath(ILGenerator il, Type tuple, int index)
    {
        for (; index >= 7; index -= 7)
        {
            var rest = tuple.GetField("Rest")!;
            il.Emit(OpCodes.Ldflda, rest);
            tuple = rest.FieldType;
        }

        return tuple.GetField("Item" + (index + 1))!;
    }

    private static Type TypeFor(Type[] types) => types.Length switch
    {
        0 => typeof(ValueTuple),
        1 => typeof(ValueTuple<>).MakeGenericType(types),
        2 => typeof(ValueTuple<,>).MakeGenericType(types),
        3 => typeof(ValueTuple<,,>).MakeGenericType(types),
        4 => typeof(ValueTuple<,,,>).MakeGenericType(types),
        5 => typeof(ValueTuple<,,,,>).MakeGenericType(types),
        6 => typeof(ValueTuple<,,,,,>).MakeGenericType(types),
        7 => typeof(ValueTuple<,,,,,,>).MakeGenericType(types),
        _ => typeof(ValueTuple<,,,,,,,>).MakeGenericType([.. types[..7], TypeFor(types[7..])]),
    };
}
