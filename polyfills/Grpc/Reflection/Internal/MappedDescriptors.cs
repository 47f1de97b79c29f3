using System.Reflection;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Internal.Binding;
using Microsoft.AspNetCore.Routing;

namespace Grpc.Reflection.Internal;

/// <summary>What reflection tells: the descriptors of the services that the server has endpoints for.</summary>
internal sealed class MappedDescriptors
{
    public MappedDescriptors(EndpointDataSource endpoints)
    {
        var services = endpoints.Endpoints
            .Select(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()?.ServiceType)
            .OfType<Type>()
            .Distinct()
            .Select(FindDescriptor)
            .OfType<ServiceDescriptor>()
            .ToList();
        ServiceNames = services.ConvertAll(service => service.FullName);
        Symbols = new SymbolRegistry(services.Select(service => service.File));
    }

    public IReadOnlyList<string> ServiceNames { get; }

    public SymbolRegistry Symbols { get; }

    /// <summary>Generated code keeps a service's descriptor beside the method that binds it.</summary>
    private static ServiceDescriptor? FindDescriptor(Type serviceType) =>
        BindMethodFinder.Find(serviceType)?.DeclaringType?
            .GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?
            .GetValue(null) as ServiceDescriptor;
}
