using Personalization.Scoring.Batching;

namespace Personalization.Benchmarks.Scoring;

/// <summary>Inputs for one model, to be computed by it bare or through its batcher.</summary>
internal interface IModelLoad : IAsyncDisposable
{
    /// <summary>Which model.</summary>
    string Version { get; }

    /// <summary>On what it runs.</summary>
    string Device { get; }

    /// <summary>How many batches the batcher computes at the same time.</summary>
    int Workers { get; }

    /// <summary>With how many callers the batcher has always so much waiting as it looks through for a batch.</summary>
    int SaturatingCallers { get; }

    /// <summary>Where the batcher stands at the ends of batches.</summary>
    BatchMarks Marks { get; }

    /// <summary>Has one input computed by way of the batcher.</summary>
    /// <param name="input">Which; any number.</param>
    /// <returns>How long its batch took.</returns>
    ValueTask<TimeSpan> ComputeAsync(int input);

    /// <summary>What the batcher has done so far.</summary>
    BatcherStatistics Statistics();

    /// <summary>The same inputs as tensors that are laid out already, for the bare session; for one thread.</summary>
    /// <param name="batch">Items per run, at most.</param>
    BareSession Bare(int batch);
}
