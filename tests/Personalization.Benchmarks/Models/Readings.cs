using Personalization.Scoring;
using Personalization.Scoring.Batching;

namespace Personalization.Benchmarks.Models;

/// <summary>A model's readings, by way of the batches that serve.</summary>
/// <typeparam name="TIn">What the model is asked.</typeparam>
/// <typeparam name="TOut">What it says.</typeparam>
internal sealed class Readings<TIn, TOut>(Func<IBatchRunner<TIn, TOut>> createRunner) : IAsyncDisposable
{
    private const int AtOnce = 1024;

    private readonly DynamicBatcher<TIn, TOut> _batcher = new(new ScoringOptions().Batching, createRunner, TimeProvider.System);

    /// <summary>What the model says of each input, in their order.</summary>
    /// <exception cref="InvalidOperationException">It failed on one.</exception>
    public async Task<IReadOnlyList<TOut>> ReadAsync(IEnumerable<TIn> inputs)
    {
        var readings = new List<TOut>();
        foreach (var chunk in inputs.Select(static input => new BatchItem<TIn>(input, 0, 0, null)).Chunk(AtOnce))
        {
            foreach (var result in await _batcher.SubmitAsync(chunk, CancellationToken.None))
            {
                readings.Add(result.Status == BatchStatus.Computed
                    ? result.Output!
                    : throw new InvalidOperationException($"Number {readings.Count + 1} was answered {result.Status}.", result.Error));
            }
        }

        return readings;
    }

    public ValueTask DisposeAsync() => _batcher.DisposeAsync();
}
