using System.Threading.Channels;
using Grpc.Core;
using Personalization.Api.Errors;
using Personalization.Api.Validation;

namespace Personalization.Api.Ingestion;

/// <summary>
/// One StreamEvents: messages in, acknowledgements out in the same order. Several batches are on their way to the disk at
/// once; how many events that may be is what the credits say.
/// </summary>
internal sealed class EventStream(EventDoor door, int credits)
{
    private readonly Channel<Pending> _pending =
        Channel.CreateUnbounded<Pending>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private long _lastSequence;
    private int _underWay;

    /// <summary>Serves the stream until the client has closed it and all is acknowledged.</summary>
    public async Task RunAsync(
        IAsyncStreamReader<Wire.StreamEventsRequest> requests,
        IServerStreamWriter<Wire.StreamEventsResponse> responses,
        CancellationToken cancellationToken)
    {
        await responses.WriteAsync(new Wire.StreamEventsResponse { Credits = credits }, cancellationToken);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var acknowledging = AcknowledgeAsync(responses, ending, cancellationToken);
        Exception? refusal = null;
        try
        {
            while (await requests.MoveNext(ending.Token))
            {
                await TakeAsync(requests.Current, ending.Token);
            }
        }
        catch (Exception e)
        {
            refusal = e;
        }

        // What was taken before the stream went wrong is durable or will be: it is acknowledged before the refusal.
        _pending.Writer.Complete();
        await acknowledging;
        if (refusal is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(refusal);
        }
    }

    private async ValueTask TakeAsync(Wire.StreamEventsRequest request, CancellationToken cancellationToken)
    {
        var violations = new FieldViolations();
        violations.Count("events", request.Events.Count, 1, EventDoor.MaxBatch);
        if (request.Sequence <= _lastSequence)
        {
            violations.Add("sequence", $"is {request.Sequence} after {_lastSequence}; allowed: greater than every one before, from 1");
        }

        violations.ThrowIfAny();
        _lastSequence = request.Sequence;
        if (Interlocked.Add(ref _underWay, request.Events.Count) > credits)
        {
            throw RpcErrors.ToException(RpcErrors.Exhausted(
                Reasons.CreditsExceeded, $"More than {credits:N0} events are under way on this stream.", TimeSpan.FromMilliseconds(100)));
        }

        var batch = await door.PrepareAsync(request.Events, DoorRules.Default, cancellationToken);

        // Started here, awaited by the acknowledger: the log gets the batches in the order they came.
        await _pending.Writer.WriteAsync(
            new Pending(request.Sequence, request.Events.Count, door.CommitAsync(batch, cancellationToken).AsTask()), cancellationToken);
    }

    private async Task AcknowledgeAsync(
        IServerStreamWriter<Wire.StreamEventsResponse> responses, CancellationTokenSource ending, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var (sequence, count, committing) in _pending.Reader.ReadAllAsync(CancellationToken.None))
            {
                var reply = await committing;

                // Given back before the client can have seen it, so that it is never ahead of us.
                Interlocked.Add(ref _underWay, -count);
                var response = new Wire.StreamEventsResponse { AckSequence = sequence, ConsistencyToken = reply.ConsistencyToken, Credits = credits };
                response.Results.Add(reply.Results);
                await responses.WriteAsync(response, cancellationToken);
            }
        }
        catch
        {
            await ending.CancelAsync();
            await DrainAsync();
            throw;
        }
    }

    private async Task DrainAsync()
    {
        await foreach (var pending in _pending.Reader.ReadAllAsync(CancellationToken.None))
        {
            await ((Task)pending.Committing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private readonly record struct Pending(long Sequence, int Count, Task<DoorReply> Committing);
}
