using System.Threading.Channels;
using Grpc.Core;
using Personalization.Client.Internal;
using Personalization.V1;

namespace Personalization.Client;

/// <summary>
/// Sends events over one long-lived stream, in batches, within the credits that the server grants. A broken stream is
/// opened again and what was not acknowledged is sent again: events carry their own ids, so nothing counts twice.
/// </summary>
/// <remarks>Safe for many threads. Disposing it sends what waits and sees it acknowledged.</remarks>
public sealed class EventWriter : IAsyncDisposable
{
    private readonly IngestionService.IngestionServiceClient _client;
    private readonly EventWriterOptions _options;
    private readonly TimeProvider _time;
    private readonly System.Threading.Channels.Channel<PendingEvent> _buffer;
    private readonly Queue<PendingEvent> _resend = new();
    private readonly OutstandingCount _outstanding = new();
    private readonly Task _run;

    internal EventWriter(IngestionService.IngestionServiceClient client, EventWriterOptions options, TimeProvider time)
    {
        options.Validate();
        _client = client;
        _options = options;
        _time = time;
        _buffer = System.Threading.Channels.Channel.CreateBounded<PendingEvent>(new BoundedChannelOptions(options.BufferCapacity)
        {
            SingleReader = true,
            FullMode = BoundedChannelFullMode.Wait,
        });
        _run = Task.Run(RunAsync);
    }

    /// <summary>Sends an event and waits for its answer.</summary>
    /// <param name="shopperEvent">The event, complete with id and shopper. It is not copied: leave it alone from here on.</param>
    /// <param name="cancellationToken">Gives up waiting for room in the buffer, or for the answer; not the event once it is in the buffer.</param>
    /// <exception cref="RpcException">The stream could not be kept open, or the server refuses it.</exception>
    public async Task<EventAck> SendAsync(Event shopperEvent, CancellationToken cancellationToken = default)
    {
        var answer = new TaskCompletionSource<EventAck>(TaskCreationOptions.RunContinuationsAsynchronously);
        await EnqueueAsync(new PendingEvent(shopperEvent, answer), cancellationToken).ConfigureAwait(false);
        return await answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Hands an event over to be sent; waits only while the buffer is full. Its answer goes to <see cref="EventWriterOptions.Answered"/>.</summary>
    /// <param name="shopperEvent">The event, complete with id and shopper. It is not copied: leave it alone from here on.</param>
    /// <param name="cancellationToken">Gives up waiting for room in the buffer.</param>
    /// <exception cref="RpcException">The stream could not be kept open, or the server refuses it.</exception>
    public ValueTask PostAsync(Event shopperEvent, CancellationToken cancellationToken = default) =>
        EnqueueAsync(new PendingEvent(shopperEvent, null), cancellationToken);

    /// <summary>Waits until everything handed over so far has been answered or given up.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task FlushAsync(CancellationToken cancellationToken = default) => _outstanding.WhenZero().WaitAsync(cancellationToken);

    /// <summary>Sends what waits, sees it answered, and closes the stream.</summary>
    public async ValueTask DisposeAsync()
    {
        _buffer.Writer.TryComplete();
        await _run.ConfigureAwait(false);
    }

    private async ValueTask EnqueueAsync(PendingEvent pending, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pending.Event);
        _outstanding.Increment();
        try
        {
            await _buffer.Writer.WriteAsync(pending, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _outstanding.Decrement();
            if (e is ChannelClosedException closed)
            {
                throw closed.InnerException as RpcException ?? (Exception)new ObjectDisposedException(nameof(EventWriter));
            }

            throw;
        }
    }

    private async Task RunAsync()
    {
        long? failingSince = null;
        while (true)
        {
            var stream = new EventStream(_client, _options, _time, _buffer.Reader, _resend, Answer);
            var failure = await stream.RunAsync().ConfigureAwait(false);
            if (failure is null)
            {
                return;
            }

            if (stream.MadeProgress || failingSince is null)
            {
                failingSince = _time.GetTimestamp();
            }

            if (!IsWorthRepeating(failure) || _time.GetElapsedTime(failingSince.Value) > _options.GiveUpAfter)
            {
                GiveUp(failure);
                return;
            }

            await Task.Delay(failure.GetRetryDelay() ?? _options.ReconnectDelay, _time).ConfigureAwait(false);
        }
    }

    private static bool IsWorthRepeating(RpcException failure) => failure.StatusCode
        is StatusCode.Unavailable or StatusCode.ResourceExhausted or StatusCode.Internal or StatusCode.Aborted
        or StatusCode.Cancelled or StatusCode.DeadlineExceeded or StatusCode.Unknown;

    private void Answer(PendingEvent pending, EventAck ack)
    {
        _options.Answered?.Invoke(pending.Event, ack);
        pending.Answer?.TrySetResult(ack);
        _outstanding.Decrement();
    }

    private void GiveUp(RpcException failure)
    {
        _buffer.Writer.TryComplete(failure);
        while (_resend.TryDequeue(out var pending) || _buffer.Reader.TryRead(out pending))
        {
            _options.Failed?.Invoke(pending.Event, failure);
            pending.Answer?.TrySetException(failure);
            _outstanding.Decrement();
        }
    }
}
