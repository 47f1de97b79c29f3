using Microsoft.Extensions.Logging;
using Personalization.Scoring.Batching;

namespace Personalization.Scoring.Lifecycle;

/// <summary>What the versions of all models share.</summary>
/// <param name="Batching">How a version's work is gathered into batches.</param>
/// <param name="MaxVersions">How many versions of a model may be loaded at the same time.</param>
/// <param name="ShadowQueueBound">How many inputs may wait for a shadow.</param>
/// <param name="Time">The clock.</param>
/// <param name="Metrics">Where batches and shadows are measured.</param>
/// <param name="Logger">Where failures and changes are logged.</param>
internal sealed record SlotSetup(
    BatcherOptions Batching, int MaxVersions, int ShadowQueueBound, TimeProvider Time, ScoringMetrics Metrics, ILogger Logger)
{
    /// <summary>
    /// The batches of a shadow: one at a time, whatever the live version has, and nothing is refused once it was let in, for what
    /// may wait is bounded before.
    /// </summary>
    public BatcherOptions ShadowBatching { get; } = Batching.Bounded(Math.Max(Batching.MaxBatch, ShadowQueueBound), workers: 1);
}
