using Grpc.Reflection.Internal;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the reflection services.</summary>
public static class GrpcReflectionServiceExtensions
{
    /// <summary>Adds the reflection services.</summary>
    public static IServiceCollection AddGrpcReflection(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);

        // Resolved by the first request, when all endpoints are there.
        services.TryAddSingleton<MappedDescriptors>();
        return services;
    }
}
