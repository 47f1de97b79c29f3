using System.Collections.Concurrent;
using System.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server.Internal.Binding;

/// <summary>The names of the services that the server has so far.</summary>
internal sealed class MappedServices
{
    private readonly ConcurrentDictionary<string, byte> _names = new(StringComparer.Ordinal);

    public bool IsEmpty => _names.IsEmpty;

    public bool TryAdd(string name) => _names.TryAdd(name, 0);
}

/// <summary>Makes the endpoints of a service, and those that answer for methods and services that do not exist.</summary>
internal sealed class ServiceRoutes<TService>(
    IOptions<GrpcServiceOptions> allOptions,
    IOptions<GrpcServiceOptions<TService>> serviceOptions,
    ServicePipeline<TService> pipeline,
    MappedServices mapped,
    ILoggerFactory loggers)
    where TService : class
{
    private readonly ILogger _logger = loggers.CreateLogger(ServerLog.Category);

    public IReadOnlyList<IEndpointConventionBuilder> Map(IEndpointRouteBuilder routes)
    {
        var methods = Discover();
        var endpoints = methods.ConvertAll(method => MapMethod(routes, method));
        var ignoreUnknown = allOptions.Value.IgnoreUnknownServices ?? false;
        if (!ignoreUnknown && mapped.IsEmpty)
        {
            endpoints.Add(MapUnimplemented(routes, "{unimplementedService}", "Service is unimplemented."));
        }

        var ignoreUnknownMethods = serviceOptions.Value.IgnoreUnknownServices ?? ignoreUnknown;
        foreach (var name in methods.Select(method => method.Method.ServiceName).Distinct())
        {
            if (mapped.TryAdd(name) && !ignoreUnknownMethods)
            {
                endpoints.Add(MapUnimplemented(routes, name, "Method is unimplemented."));
            }
        }

        return endpoints;
    }

    private static IEndpointConventionBuilder MapMethod(IEndpointRouteBuilder routes, MethodModel method)
    {
        var endpoint = routes.Map(method.Method.FullName, method.Handler);
        endpoint.Add(builder =>
        {
            builder.DisplayName = $"gRPC - {method.Method.FullName}";
            foreach (var item in method.Metadata)
            {
                builder.Metadata.Add(item);
            }
        });
        return endpoint;
    }

    private List<MethodModel> Discover()
    {
        if (BindMethodFinder.Find(typeof(TService)) is not { } bind)
        {
            ServerLog.BindMethodNotFound(_logger, typeof(TService));
            return [];
        }

        var options = MethodOptions.Create(allOptions.Value, serviceOptions.Value);
        var binder = new ServiceBinder<TService>(bind.GetParameters()[1].ParameterType, pipeline, options, _logger);
        try
        {
            bind.Invoke(null, [binder, null]);
        }
        catch (TargetInvocationException error)
        {
            throw new InvalidOperationException($"Error binding gRPC service '{typeof(TService).Name}'.", error);
        }

        return binder.Methods;
    }

    private IEndpointConventionBuilder MapUnimplemented(IEndpointRouteBuilder routes, string service, string detail)
    {
        var pattern = $"{service}/{{unimplementedMethod:{UnimplementedConstraint.Name}}}";
        var endpoint = routes.Map(pattern, context => AnswerUnimplemented(context, detail));
        endpoint.Add(builder => builder.DisplayName = $"gRPC - {detail} {service}");
        return endpoint;
    }

    private Task AnswerUnimplemented(HttpContext context, string detail)
    {
        if (Handlers.RequestRefusal.IsCorsPreflight(context))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        ServerLog.Unimplemented(_logger, context.Request.Path.Value, detail);
        context.Response.ContentType = Grpc.Internal.WireNames.ContentType;
        ResponseStatus.Write(context.Response.Headers, new Status(StatusCode.Unimplemented, detail));
        return Task.CompletedTask;
    }
}
