namespace Personalization.Scoring.Batching;

/// <summary>Computes batches for one worker of a <see cref="DynamicBatcher{TIn,TOut}"/>: never called twice at the same time.</summary>
public interface IBatchRunner<TIn, TOut> : IDisposable
{
    /// <summary>Computes the outputs of some inputs.</summary>
    /// <param name="inputs">At least one.</param>
    /// <param name="outputs">As many places as there are inputs, in the same order.</param>
    /// <remarks>
    /// When it throws, each input is tried again alone, so that one that cannot be computed never harms its neighbours.
    /// </remarks>
    void Run(ReadOnlySpan<TIn> inputs, Span<TOut> outputs);
}
