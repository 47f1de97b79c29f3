using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Orleans.Serialization;

namespace Orleans.Runtime;

/// <summary>Emits, once per grain interface, the reference class that turns method calls into <see cref="GrainCall"/>s.</summary>
internal static class ProxyFactory
{
    private static readonly ConcurrentDictionary<Type, Lazy<Func<CallRuntime, GrainId, GrainReference>>> s_makers = new();
    private static int s_count;

    /// <summary>Makes references of an interface.</summary>
    public static Func<CallRuntime, GrainId, GrainReference> For(Type grainInterface) =>
        s_makers.GetOrAdd(grainInterface, static type => new(() => Emit(type))).Value;

    private static Func<CallRuntime, GrainId, GrainReference> Emit(Type grainInterface)
    {
        GrainInterfaces.Validate(grainInterface);
        RequireCopiers(grainInterface);
        var module = NewModule(grainInterface);
        var type = module.DefineType($"Proxy_{grainInterface.Name}", TypeAttributes.Public | TypeAttributes.Sealed, typeof(GrainReference), [grainInterface]);
        EmitConstructor(type);
        var methods = new List<(FieldBuilder Field, GrainMethod Method)>();
        foreach (var method in GrainInterfaces.MethodsOf(grainInterface))
        {
            EmitMethod(type, method, methods);
        }

        var built = type.CreateType();
        foreach (var (field, method) in methods)
        {
            built.GetField(field.Name, BindingFlags.Public | BindingFlags.Static)!.SetValue(null, method);
        }

        return Maker(built, grainInterface);
    }

    /// <summary>One argument that cannot be copied makes the whole interface unusable, as with generated references.</summary>
    private static void RequireCopiers(Type grainInterface)
    {
        foreach (var parameter in GrainInterfaces.MethodsOf(grainInterface).SelectMany(ArgumentTuples.Parameters))
        {
            Copiers<LocalCopy>.For(parameter.ParameterType);
        }
    }

    /// <summary>A module that may see the internals of whose types it names, as generated code in those assemblies would.</summary>
    private static ModuleBuilder NewModule(Type grainInterface)
    {
        var name = $"Orleans.Proxies.{Interlocked.Increment(ref s_count)}";
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName(name), AssemblyBuilderAccess.Run);
        var ignores = typeof(IgnoresAccessChecksToAttribute).GetConstructor([typeof(string)])!;
        var seen = new HashSet<string>();
        foreach (var type in Mentioned(grainInterface))
        {
            if (seen.Add(type.Assembly.GetName().Name!))
            {
                assembly.SetCustomAttribute(new CustomAttributeBuilder(ignores, [type.Assembly.GetName().Name!]));
            }
        }

        return assembly.DefineDynamicModule(name);
    }

    private static IEnumerable<Type> Mentioned(Type grainInterface)
    {
        var pending = new Stack<Type>([typeof(GrainReference), grainInterface, .. grainInterface.GetInterfaces()]);
        foreach (var method in GrainInterfaces.MethodsOf(grainInterface))
        {
            pending.Push(method.ReturnType);
            foreach (var parameter in method.GetParameters())
            {
                pending.Push(parameter.ParameterType);
            }
        }

        while (pending.TryPop(out var type))
        {
            yield return type;
            foreach (var part in type.HasElementType ? [type.GetElementType()!] : type.GetGenericArguments())
            {
                pending.Push(part);
            }
        }
    }

    private static void EmitConstructor(TypeBuilder type)
    {
        Type[] parameters = [typeof(CallRuntime), typeof(GrainId), typeof(Type)];
        var il = type.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, parameters).GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Ldarg_3);
        il.Emit(OpCodes.Call, typeof(GrainReference).GetConstructor(BindingFlags.Instance | BindingFlags.NonPublic, parameters)!);
        il.Emit(OpCodes.Ret);
    }

    private static void EmitMethod(TypeBuilder type, MethodInfo method, List<(FieldBuilder Field, GrainMethod Method)> methods)
    {
        var (descriptor, call) = Describe(method);
        var field = type.DefineField("M" + methods.Count, descriptor.GetType(), FieldAttributes.Public | FieldAttributes.Static);
        methods.Add((field, descriptor));
        var parameters = method.GetParameters();
        var builder = type.DefineMethod(
            $"{method.DeclaringType!.FullName}.{method.Name}",
            MethodAttributes.Private | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.HideBySig | MethodAttributes.NewSlot,
            method.ReturnType,
            [.. parameters.Select(p => p.ParameterType)]);
        var il = builder.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldsfld, field);
        var token = -1;
        for (var i = 0; i < parameters.Length; i++)
        {
            if (parameters[i].ParameterType == typeof(CancellationToken))
            {
                token = i + 1;
            }
            else
            {
                il.Emit(OpCodes.Ldarg, (short)(i + 1));
            }
        }

        ArgumentTuples.EmitNew(il, ArgumentTuples.TypeFor(method));
        if (token > 0)
        {
            il.Emit(OpCodes.Ldarg, (short)token);
        }
        else
        {
            il.Emit(OpCodes.Ldloc, il.DeclareLocal(typeof(CancellationToken)));
        }

        il.Emit(OpCodes.Call, call);
        il.Emit(OpCodes.Ret);
        type.DefineMethodOverride(builder, method);
    }

    /// <summary>The shared description of a method, and the member of <see cref="GrainReference"/> that calls it.</summary>
    private static (GrainMethod Method, MethodInfo Call) Describe(MethodInfo method)
    {
        var args = ArgumentTuples.TypeFor(method);
        var returns = method.ReturnType;
        if (returns == typeof(void))
        {
            return Pair(typeof(VoidMethod<>), nameof(GrainReference.CallVoid), args);
        }

        if (returns == typeof(Task))
        {
            return Pair(typeof(TaskMethod<>), nameof(GrainReference.CallTask), args);
        }

        if (returns == typeof(ValueTask))
        {
            return Pair(typeof(ValueTaskMethod<>), nameof(GrainReference.CallValueTask), args);
        }

        var definition = returns.GetGenericTypeDefinition();
        var result = returns.GetGenericArguments()[0];
        return definition == typeof(Task<>) ? Pair(typeof(TaskMethod<,>), nameof(GrainReference.CallTaskOf), args, result)
            : definition == typeof(ValueTask<>) ? Pair(typeof(ValueTaskMethod<,>), nameof(GrainReference.CallValueTaskOf), args, result)
            : Pair(typeof(EnumerationMethod<,>), nameof(GrainReference.CallAsyncEnumerable), args, result);

        (GrainMethod, MethodInfo) Pair(Type kind, string name, params Type[] arguments) => (
            (GrainMethod)Activator.CreateInstance(kind.MakeGenericType(arguments), method)!,
            typeof(GrainReference).GetMethod(name, BindingFlags.Instance | BindingFlags.NonPublic)!.MakeGenericMethod(arguments));
    }

    private static Func<CallRuntime, GrainId, GrainReference> Maker(Type proxy, Type grainInterface)
    {
        var method = new DynamicMethod("Make", typeof(GrainReference), [typeof(Type), typeof(CallRuntime), typeof(GrainId)], typeof(ProxyFactory).Module, skipVisibility: true);
        var il = method.GetILGenerator();
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Newobj, proxy.GetConstructors()[0]);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<CallRuntime, GrainId, GrainReference>>(grainInterface);
    }
}
