using System.Globalization;
using System.Reflection;
using Grpc.AspNetCore.HealthChecks;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.HealthCheck;
using Grpc.Net.Client;
using Grpc.Net.Compression;
using Microsoft.AspNetCore.Builder;

namespace Personalization.Conformance.Grpc.Surface;

/// <summary>What a caller can name in the gRPC assemblies, one member a line, alike for the packages and what stands in for them.</summary>
internal static class PublicSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Type[] OneOfEachAssembly =
    [
        typeof(Metadata), typeof(GrpcChannel), typeof(ICompressionProvider), typeof(GrpcServiceOptions), typeof(GrpcHealthChecksOptions),
        typeof(HealthServiceImpl), typeof(GrpcReflectionEndpointRouteBuilderExtensions),
    ];

    public static IReadOnlyCollection<string> Read() => OneOfEachAssembly
        .Select(type => type.Assembly)
        .Distinct()
        .SelectMany(assembly => assembly.GetExportedTypes())
        .Where(type => !IsGenerated(type))
        .SelectMany(Describe)
        .Order(StringComparer.Ordinal)
        .Distinct()
        .ToList();

    /// <summary>Messages and stubs are as the protobuf compiler of the day makes them.</summary>
    private static bool IsGenerated(Type type) =>
        type.Namespace is "Grpc.Health.V1" or "Grpc.Reflection.V1" or "Grpc.Reflection.V1Alpha";

    private static IEnumerable<string> Describe(Type type)
    {
        var name = Name(type);
        yield return $"{Kind(type)} {name}";
        if (type.IsEnum)
        {
            foreach (var value in Enum.GetNames(type))
            {
                yield return $"{name}: {value} = {Convert.ToInt32(Enum.Parse(type, value), CultureInfo.InvariantCulture)}";
            }

            yield break;
        }

        foreach (var implemented in type.GetInterfaces().Where(contract => contract.Assembly == type.Assembly))
        {
            yield return $"{name}: is {Name(implemented)}";
        }

        foreach (var member in type.GetMembers(Declared).Select(Describe).OfType<string>())
        {
            yield return $"{name}: {member}";
        }
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static string? Describe(MemberInfo member) => member switch
    {
        ConstructorInfo { IsStatic: false } constructor when IsVisible(constructor) => $"new({Parameters(constructor)})",
        FieldInfo { IsSpecialName: false } field when field.IsPublic || field.IsFamily =>
            $"{(field.IsStatic ? "static " : "")}{Name(field.FieldType)} {field.Name}",
        MethodInfo method when IsVisible(method) && IsOwn(method) =>
            $"{Modifier(method)}{Name(method.ReturnType)} {method.Name}{TypeParameters(method)}({Parameters(method)})",
        _ => null,
    };

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    /// <summary>What a record or a delegate is given by the compiler, and overrides of object's, say nothing of the surface.</summary>
    private static bool IsOwn(MethodInfo method) =>
        method.GetBaseDefinition().DeclaringType is { } origin && origin != typeof(object) && origin != typeof(Exception)
        && method.Name is not ("BeginInvoke" or "EndInvoke");

    private static string Modifier(MethodInfo method) => method switch
    {
        { IsStatic: true } => "static ",
        { IsAbstract: true } => "abstract ",
        { IsVirtual: true, IsFinal: false } => "virtual ",
        _ => "",
    };

    private static string TypeParameters(MethodInfo method) => method.IsGenericMethod
        ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name + Constraint(argument)))}>"
        : "";

    private static string Constraint(Type argument) => argument.GetGenericParameterConstraints() is [var first, ..] ? $": {Name(first)}" : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{Name(parameter.ParameterType)} {parameter.Name}{(parameter.IsOptional ? " = " + (parameter.DefaultValue ?? "default") : "")}"));

    private static string Name(Type type)
    {
        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        if (type.HasElementType)
        {
            return Name(type.GetElementType()!) + (type.IsArray ? "[]" : "&");
        }

        var simple = type.IsNested ? $"{Name(type.DeclaringType!)}.{type.Name}" : $"{type.Namespace}.{type.Name}";
        return type.IsGenericType
            ? $"{simple}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
            : simple;
    }
}
