using System.Reflection;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal.Binding;

/// <summary>Finds the generated code behind a service: the method that lists the service's methods.</summary>
internal static class BindMethodFinder
{
    public static BindServiceMethodAttribute? FindAttribute(Type serviceType)
    {
        for (var type = serviceType; type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is { } attribute)
            {
                return attribute;
            }
        }

        return null;
    }

    /// <summary><c>static void BindService(ServiceBinderBase, TBase)</c> of the type that the attribute names.</summary>
    public static MethodInfo? Find(Type serviceType)
    {
        for (var type = serviceType; type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is { } attribute)
            {
                return attribute.BindType.GetMethod(
                    attribute.BindMethodName,
                    BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static,
                    [typeof(ServiceBinderBase), type]);
            }
        }

        return null;
    }
}
