using Personalization.Benchmarks.Load;

namespace Personalization.Benchmarks.Scoring;

/// <summary>Some callers, each asking again as soon as it is answered: how much can the batcher take?</summary>
internal sealed class SaturatedLoad(IModelLoad load, int callers)
{
    // Until the queue is as full as it gets.
    private const int FirstBatches = 5;

    private int _next;
    private long _refused;
    private volatile bool _over;

    /// <summary>Measures, from one batch's end to another's.</summary>
    /// <exception cref="InvalidOperationException">The model fails on its inputs.</exception>
    public async Task<Measurement> RunAsync(TimeSpan length)
    {
        (_over, _refused) = (false, 0);
        var lanes = Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(LaneAsync)));
        var began = default(Mark);
        for (var batch = 0; batch < FirstBatches; batch++)
        {
            began = await NextAsync(lanes);
        }

        await Task.Delay(length);
        var ended = await NextAsync(lanes);
        _over = true;
        await lanes;
        return ended.Since(began) with { Failures = _refused };
    }

    // Lanes end on their own only where the model fails: then no batch comes.
    private async Task<Mark> NextAsync(Task lanes)
    {
        var next = load.Marks.NextAsync();
        if (await Task.WhenAny(next, lanes) == lanes)
        {
            await lanes;
        }

        return await next;
    }

    private async Task LaneAsync()
    {
        while (!_over)
        {
            try
            {
                await load.ComputeAsync(Interlocked.Increment(ref _next));
            }
            catch (RefusedCallException)
            {
                // Whoever comes again at once is refused again.
                Interlocked.Increment(ref _refused);
                await Task.Delay(1);
            }
        }
    }
}
