using Grpc.Core;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Grpc.AspNetCore.HealthChecks.Internal;

/// <summary>The health service over the server's health checks.</summary>
internal sealed class HealthService(
    HealthServiceImpl published,
    HealthCheckService checks,
    IOptions<HealthCheckOptions> checkOptions,
    IOptions<GrpcHealthChecksOptions> options,
    IHostApplicationLifetime lifetime) : Grpc.Health.V1.Health.HealthBase
{
    public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        if (options.Value.UseHealthChecksCache)
        {
            return await published.Check(request, context);
        }

        var status = await CheckAsync(request.Service, context.CancellationToken);
        return status is null
            ? throw new RpcException(new Status(StatusCode.NotFound, ""))
            : new HealthCheckResponse { Status = status.Value };
    }

    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        if (options.Value.SuppressCompletionOnShutdown)
        {
            await published.Watch(request, Fresh(request, responseStream, context), context);
            return;
        }

        // A watch that went on would keep the server from stopping.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        await published.Watch(request, Fresh(request, responseStream, context), new EndingCall(context, ending.Token));
        if (!context.CancellationToken.IsCancellationRequested && lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await responseStream.WriteAsync(new HealthCheckResponse { Status = ServingStatus.NotServing });
        }
    }

    private IServerStreamWriter<HealthCheckResponse> Fresh(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responses, ServerCallContext context) =>
        options.Value.UseHealthChecksCache
            ? responses
            : new FreshFirst(responses, async () =>
                await CheckAsync(request.Service, context.CancellationToken) ?? ServingStatus.ServiceUnknown);

    /// <summary>Runs the checks of a service; null when there is no such service.</summary>
    private async Task<ServingStatus?> CheckAsync(string service, CancellationToken cancellationToken)
    {
        if (!options.Value.Services.TryFind(service, out var mapping))
        {
            return null;
        }

        var report = await checks.CheckHealthAsync(
            check => (checkOptions.Value.Predicate?.Invoke(check) ?? true) && mapping.Counts(check.Name, check.Tags),
            cancellationToken);
        return ServiceStatus.Of(report.Entries.Values);
    }

    /// <summary>A watch begins with a status of its own: nothing may have been published yet.</summary>
    private sealed class FreshFirst(IServerStreamWriter<HealthCheckResponse> inner, Func<Task<ServingStatus>> check)
        : IServerStreamWriter<HealthCheckResponse>
    {
        private bool _isFirst = true;

        public WriteOptions? WriteOptions
        {
            get => inner.WriteOptions;
            set => inner.WriteOptions = value;
        }

        public async Task WriteAsync(HealthCheckResponse message)
        {
            if (_isFirst)
            {
                _isFirst = false;
                message = new HealthCheckResponse { Status = await check() };
            }

            await inner.WriteAsync(message);
        }
    }
}
