using Grpc.Reflection.Internal;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the reflection services.</summary>
public static class GrpcReflectionEndpointRouteBuilderExtensions
{
    /// <summary>Endpoints of the reflection services, v1 and v1alpha.</summary>
    public static IEndpointConventionBuilder MapGrpcReflectionService(this IEndpointRouteBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.ServiceProvider.GetRequiredService<IServiceProviderIsService>().IsService(typeof(MappedDescriptors)))
        {
            return new GrpcServiceEndpointConventionBuilder(
                [builder.MapGrpcService<ReflectionServiceV1Alpha>(), builder.MapGrpcService<ReflectionServiceV1>()]);
        }

        throw new InvalidOperationException(
            "Unable to find the required services. Please add all the required services by calling "
            + "'IServiceCollection.AddGrpcReflection()' inside the call to 'ConfigureServices(...)' in the application startup code.");
    }
}
