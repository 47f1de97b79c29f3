using System.Reflection;
using System.Reflection.Emit;
using Orleans.Serialization;

namespace Orleans.Runtime;

/// <summary>Emits, once per method, the code that calls it with arguments out of a tuple.</summary>
internal static class InvokerEmitter
{
    public static GrainInvoker<TArgs, TReturn> Emit<TArgs, TReturn>(MethodInfo method)
    {
        var invoker = new DynamicMethod(
            "Invoke_" + method.Name, typeof(TReturn), [typeof(object), typeof(TArgs).MakeByRefType(), typeof(CancellationToken)], typeof(InvokerEmitter).Module, skipVisibility: true);
        var il = invoker.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Castclass, method.DeclaringType!);
        var index = 0;
        foreach (var parameter in method.GetParameters())
        {
            if (parameter.ParameterType == typeof(CancellationToken))
            {
                il.Emit(OpCodes.Ldarg_2);
                continue;
            }

            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Ldfld, ArgumentTuples.EmitPath(il, typeof(TArgs), index++));
        }

        il.Emit(OpCodes.Callvirt, method);
        if (method.ReturnType == typeof(void))
        {
            il.Emit(OpCodes.Ldloc, il.DeclareLocal(typeof(TReturn)));
        }

        il.Emit(OpCodes.Ret);
        return invoker.CreateDelegate<GrainInvoker<TArgs, TReturn>>();
    }
}

/// <summary>Emits, once per method, the code that replaces its arguments by copies; null when none needs one.</summary>
internal static class ArgumentsCopyEmitter<TArgs, TMode>
    where TMode : ICopyMode
{
    public static ArgumentsCopy<TArgs>? Emit(MethodInfo method)
    {
        var copy = new DynamicMethod(
            "Copy_" + method.Name, null, [typeof(TArgs).MakeByRefType(), typeof(CopyContext)], typeof(InvokerEmitter).Module, skipVisibility: true);
        var il = copy.GetILGenerator();
        var needed = false;
        var parameters = ArgumentTuples.Parameters(method);
        for (var i = 0; i < parameters.Length; i++)
        {
            var type = parameters[i].ParameterType;
            if ((TMode.IsLocal && parameters[i].IsDefined(typeof(ImmutableAttribute), false)) || Copiers<TMode>.For(type).IsShallow)
            {
                continue;
            }

            needed = true;
            il.Emit(OpCodes.Ldarg_0);
            var field = ArgumentTuples.EmitPath(il, typeof(TArgs), i);
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldfld, field);
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Call, typeof(CopierOf<,>).MakeGenericType(type, typeof(TMode)).GetMethod(nameof(CopierOf<,>.Copy))!);
            il.Emit(OpCodes.Stfld, field);
        }

        il.Emit(OpCodes.Ret);
        return needed ? copy.CreateDelegate<ArgumentsCopy<TArgs>>() : null;
    }
}
