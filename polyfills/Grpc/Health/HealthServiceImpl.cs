using System.Threading.Channels;
using Grpc.Core;
using Grpc.Health.V1;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Grpc.HealthCheck;

/// <summary>The health service over statuses that are set.</summary>
public class HealthServiceImpl : Health.V1.Health.HealthBase
{
    /// <summary>A watcher who reads too slowly is told of the latest changes only.</summary>
    private const int PendingChanges = 5;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, ServingStatus> _statuses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<ChannelWriter<ServingStatus>>> _watchers = new(StringComparer.Ordinal);

    /// <summary>Sets the status of a service.</summary>
    public void SetStatus(string service, ServingStatus status)
    {
        lock (_gate)
        {
            var isNews = Find(service) != status;
            _statuses[service] = status;
            if (isNews)
            {
                Notify(service, status);
            }
        }
    }

    /// <summary>Forgets a service.</summary>
    public void ClearStatus(string service)
    {
        lock (_gate)
        {
            Forget(service);
        }
    }

    /// <summary>Forgets all services.</summary>
    public void ClearAll()
    {
        lock (_gate)
        {
            foreach (var service in _statuses.Keys.ToList())
            {
                Forget(service);
            }
        }
    }

    /// <inheritdoc />
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        lock (_gate)
        {
            return _statuses.TryGetValue(request.Service, out var status)
                ? Task.FromResult(new HealthCheckResponse { Status = status })
                : throw new RpcException(new Status(StatusCode.NotFound, ""));
        }
    }

    /// <inheritdoc />
    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        // Several may change a status at a time, and a stream takes one message at a time.
        var changes = Channel.CreateBounded<ServingStatus>(
            new BoundedChannelOptions(PendingChanges) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });
        Subscribe(request.Service, changes.Writer);
        using var cancelled = context.CancellationToken.UnsafeRegister(
            static writer => ((ChannelWriter<ServingStatus>)writer!).TryComplete(), changes.Writer);
        try
        {
            await foreach (var status in changes.Reader.ReadAllAsync())
            {
                await responseStream.WriteAsync(new HealthCheckResponse { Status = status });
            }
        }
        finally
        {
            Unsubscribe(request.Service, changes.Writer);
        }
    }

    private void Subscribe(string service, ChannelWriter<ServingStatus> writer)
    {
        lock (_gate)
        {
            if (!_watchers.TryGetValue(service, out var watchers))
            {
                _watchers[service] = watchers = [];
            }

            watchers.Add(writer);

            // With the lock held, so that no change slips in between this status and the watch.
            writer.TryWrite(Find(service));
        }
    }

    private void Unsubscribe(string service, ChannelWriter<ServingStatus> writer)
    {
        lock (_gate)
        {
            if (_watchers.TryGetValue(service, out var watchers) && watchers.Remove(writer) && watchers.Count == 0)
            {
                _watchers.Remove(service);
            }
        }
    }

    private ServingStatus Find(string service) => _statuses.TryGetValue(service, out var status) ? status : ServingStatus.ServiceUnknown;

    private void Forget(string service)
    {
        if (_statuses.Remove(service, out var status) && status != ServingStatus.ServiceUnknown)
        {
            Notify(service, ServingStatus.ServiceUnknown);
        }
    }

    private void Notify(string service, ServingStatus status)
    {
        if (_watchers.TryGetValue(service, out var watchers))
        {
            foreach (var writer in watchers)
            {
                writer.TryWrite(status);
            }
        }
    }
}
