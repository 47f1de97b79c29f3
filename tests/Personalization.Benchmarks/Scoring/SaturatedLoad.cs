using Personalization.Benchmarks.Load;

namespace Personalization.Benchmarks.Scoring;

/// <summary>Some callers, each asking again as soon as it is answered: how much can the batcher take?</summary>
internal sealed class SaturatedLoad(IModelLoad load, int callers)
{
    // Until the queue is as full as it gets.
    private const int FirstBatches = 5;

    private int _next;
    private volatile bool _over;

    /// <summary>Measures, from one batch's end to another's.</summary>
    public async Task<Measurement> RunAsync(TimeSpan length)
    {
        _over = false;
        var lanes = Enumerable.Range(0, callers).Select(_ => Task.Run(LaneAsync)).ToArray();
        var began = default(Mark);
        for (var batch = 0; batch < FirstBatches; batch++)
        {
            began = await load.Marks.NextAsync();
        }

        await Task.Delay(length);
        var ended = await load.Marks.NextAsync();
        _over = true;
        await Task.WhenAll(lanes);
        return ended.Since(began);
    }

    private async Task LaneAsync()
    {
        while (!_over)
        {
            await load.ComputeAsync(Interlocked.Increment(ref _next));
        }
    }
}
