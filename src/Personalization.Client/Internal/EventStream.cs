using System.Threading.Channels;
using Grpc.Core;
using Personalization.V1;

namespace Personalization.Client.Internal;

/// <summary>
/// One life of a stream of events: from its opening until everything is answered or it breaks. What was sent and not
/// answered when it breaks goes back into the queue of what must be sent again, in order.
/// </summary>
internal sealed class EventStream(
    IngestionService.IngestionServiceClient client,
    EventWriterOptions options,
    TimeProvider time,
    ChannelReader<PendingEvent> buffer,
    Queue<PendingEvent> resend,
    Action<PendingEvent, EventAck> answer)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, PendingEvent[]> _unanswered = [];
    private readonly AsyncSignal _credit = new();
    private int _credits;
    private int _underWay;

    /// <summary>True once anything was answered.</summary>
    public bool MadeProgress { get; private set; }

    /// <summary>Runs until the buffer is closed and everything is answered (null), or until the stream breaks (why).</summary>
    public async Task<RpcException?> RunAsync()
    {
        using var broken = new CancellationTokenSource();
        using var call = client.StreamEvents();
        var reading = ReadAsync(call.ResponseStream, broken);
        var writeFailure = await WriteAsync(call.RequestStream, broken.Token).ConfigureAwait(false);
        if (writeFailure is not null)
        {
            // The answer stream knows why the request stream broke; it ends by itself, or when the call is disposed of.
            call.Dispose();
        }

        var readFailure = await reading.ConfigureAwait(false);
        return TakeBackUnanswered() ? MoreTelling(readFailure, writeFailure) : writeFailure is null ? null : MoreTelling(readFailure, writeFailure);
    }

    private static RpcException MoreTelling(RpcException? read, RpcException? write) =>
        read is { StatusCode: not StatusCode.Cancelled } ? read
        : write ?? read ?? new RpcException(new Status(StatusCode.Unavailable, "The server closed the stream with events unanswered."));

    private async Task<RpcException?> WriteAsync(IClientStreamWriter<StreamEventsRequest> stream, CancellationToken broken)
    {
        try
        {
            for (long sequence = 1; await WaitForEventAsync(broken).ConfigureAwait(false); sequence++)
            {
                var room = await WaitForCreditAsync(broken).ConfigureAwait(false);
                var message = Take(sequence, Math.Min(room, options.MaxBatch));
                await stream.WriteAsync(message, broken).ConfigureAwait(false);
            }

            await stream.CompleteAsync().ConfigureAwait(false);
            return null;
        }
        catch (RpcException e)
        {
            return e;
        }
        catch (Exception e) when (e is OperationCanceledException or InvalidOperationException or IOException)
        {
            // The call is over: the answer stream has the reason, if there is one.
            return new RpcException(new Status(StatusCode.Unavailable, e.Message, e));
        }
    }

    private async ValueTask<bool> WaitForEventAsync(CancellationToken broken)
    {
        if (resend.Count > 0)
        {
            return true;
        }

        if (!await buffer.WaitToReadAsync(broken).ConfigureAwait(false))
        {
            return false;
        }

        if (options.Linger > TimeSpan.Zero && buffer.Count < options.MaxBatch)
        {
            await Task.Delay(options.Linger, time, broken).ConfigureAwait(false);
        }

        return true;
    }

    private async ValueTask<int> WaitForCreditAsync(CancellationToken broken)
    {
        while (true)
        {
            lock (_lock)
            {
                if (_credits > _underWay)
                {
                    return _credits - _underWay;
                }
            }

            await _credit.WaitAsync(broken).ConfigureAwait(false);
        }
    }

    private StreamEventsRequest Take(long sequence, int max)
    {
        var message = new StreamEventsRequest { Sequence = sequence };
        var batch = new List<PendingEvent>(Math.Min(max, 64));
        while (batch.Count < max && (resend.TryDequeue(out var pending) || buffer.TryRead(out pending)))
        {
            batch.Add(pending);
            message.Events.Add(pending.Event);
        }

        lock (_lock)
        {
            _unanswered.Add(sequence, [.. batch]);
            _underWay += batch.Count;
        }

        return message;
    }

    private async Task<RpcException?> ReadAsync(IAsyncStreamReader<StreamEventsResponse> stream, CancellationTokenSource broken)
    {
        try
        {
            while (await stream.MoveNext(CancellationToken.None).ConfigureAwait(false))
            {
                Accept(stream.Current);
            }

            return null;
        }
        catch (RpcException e)
        {
            return e;
        }
        finally
        {
            await broken.CancelAsync().ConfigureAwait(false);
        }
    }

    private void Accept(StreamEventsResponse response)
    {
        PendingEvent[] batch = [];
        lock (_lock)
        {
            _credits = response.Credits;
            if (_unanswered.TryGetValue(response.AckSequence, out var found))
            {
                Check(response, found.Length);
                _unanswered.Remove(response.AckSequence);
                batch = found;
                _underWay -= batch.Length;
                MadeProgress = true;
            }
        }

        _credit.Raise();
        for (var i = 0; i < batch.Length; i++)
        {
            answer(batch[i], new EventAck(response.Results[i], response.ConsistencyToken));
        }
    }

    /// <summary>An answer that leaves an event out would leave its sender waiting for ever.</summary>
    private static void Check(StreamEventsResponse response, int sent)
    {
        if (response.Results.Count != sent)
        {
            throw new RpcException(new Status(
                StatusCode.Internal, $"Message {response.AckSequence} had {sent} events and was answered for {response.Results.Count}."));
        }
    }

    private bool TakeBackUnanswered()
    {
        lock (_lock)
        {
            if (_unanswered.Count == 0)
            {
                return false;
            }

            // What was sent goes before what was not: the queue holds only what this stream did not get to.
            PendingEvent[] behind = [.. resend];
            resend.Clear();
            foreach (var pending in _unanswered.Values.SelectMany(batch => batch).Concat(behind))
            {
                resend.Enqueue(pending);
            }

            return true;
        }
    }
}
