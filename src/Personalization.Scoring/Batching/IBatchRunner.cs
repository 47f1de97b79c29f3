namespace Personalization.Scoring.Batching;

/// <summary>Computes batches for one worker of a <see cref="DynamicBatcher{TIn,TOut}"/>: never called twice at the same time.</summary>
public interface IBatchRunner<TIn, TOut> : IDisposable
{
    /// <summary>The most inputs that are worth computing together: more only wait for each other. At least 1.</summary>
    int MostAtOnce => int.MaxValue;

    /// <summary>How large an input is, on a scale of the runner's own: inputs of like size are cheaper to compute together.</summary>
    /// <param name="input">The input; any, also one that cannot be computed.</param>
    /// <returns>0 or more; always 0 where inputs cost alike.</returns>
    /// <remarks>Called by any thread, also while a batch is computed; it must not throw.</remarks>
    int SizeOf(TIn input) => 0;

    /// <summary>What an ordinary input costs, at least 1: a batch costs no more than the most inputs of this kind.</summary>
    int OrdinaryCost => 1;

    /// <summary>What an input costs, on the scale of <see cref="OrdinaryCost"/>.</summary>
    /// <param name="input">The input; any, also one that cannot be computed.</param>
    /// <returns>0 or more.</returns>
    /// <remarks>As <see cref="SizeOf"/>: called by any thread, and it must not throw.</remarks>
    int CostOf(TIn input) => OrdinaryCost;

    /// <summary>Runs each shape whose first run is slow. Called once, on the worker's own thread, before anything else is computed.</summary>
    void Warm()
    {
    }

    /// <summary>Computes the outputs of some inputs.</summary>
    /// <param name="inputs">At least one.</param>
    /// <param name="outputs">As many places as there are inputs, in the same order.</param>
    /// <remarks>
    /// When it throws, each half of the inputs is tried again, down to single ones, so that an input that cannot be computed
    /// never harms its neighbours.
    /// </remarks>
    void Run(ReadOnlySpan<TIn> inputs, Span<TOut> outputs);
}
