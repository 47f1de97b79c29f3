using System.Threading.Tasks.Sources;

namespace Personalization.Scoring.Batching;

/// <summary>The items that one caller submitted together: answered when the last of them is, then used for another caller.</summary>
internal sealed class BatchCall<TOut> : IValueTaskSource<BatchResult<TOut>[]>
{
    private ManualResetValueTaskSourceCore<BatchResult<TOut>[]> _answer = new() { RunContinuationsAsynchronously = true };
    private BatchResult<TOut>[] _results = [];
    private int _open;
    private int _ended;
    private volatile bool _abandoned;

    /// <summary>Whether nobody waits for the answers any more.</summary>
    public bool IsAbandoned => _abandoned;

    /// <summary>The answers; awaited once.</summary>
    public ValueTask<BatchResult<TOut>[]> Answer => new(this, _answer.Version);

    /// <summary>Begins anew, with so many items.</summary>
    public void Begin(int items)
    {
        _answer.Reset();
        _results = new BatchResult<TOut>[items];
        (_open, _ended) = (items, 0);
    }

    /// <summary>Lets the answers go, which are the caller's now.</summary>
    public void Forget() => _results = [];

    /// <summary>Answers an item; the call hears of it by <see cref="Finish"/>.</summary>
    public void Set(int index, in BatchResult<TOut> result) => _results[index] = result;

    /// <summary>Counts items as answered; nothing may be done with the call after the last.</summary>
    public void Finish(int count)
    {
        if (count > 0 && Interlocked.Add(ref _open, -count) == 0 && Interlocked.Exchange(ref _ended, 1) == 0)
        {
            _answer.SetResult(_results);
        }
    }

    /// <summary>Gives up waiting, unless all items are answered.</summary>
    public void Abandon(CancellationToken token)
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            _abandoned = true;
            _answer.SetException(new OperationCanceledException(token));
        }
    }

    BatchResult<TOut>[] IValueTaskSource<BatchResult<TOut>[]>.GetResult(short token) => _answer.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<BatchResult<TOut>[]>.GetStatus(short token) => _answer.GetStatus(token);

    void IValueTaskSource<BatchResult<TOut>[]>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _answer.OnCompleted(continuation, state, token, flags);
}
