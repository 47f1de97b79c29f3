using Microsoft.Extensions.Logging;
using Personalization.Scoring.Batching;

namespace Personalization.Scoring.Serving;

/// <summary>What a served model needs besides itself.</summary>
/// <param name="Batching">How its work is gathered into batches.</param>
/// <param name="Time">The clock.</param>
/// <param name="Observer">Told of its batches; null for nobody.</param>
/// <param name="Logger">Where failures are logged.</param>
internal sealed record ServingSetup(BatcherOptions Batching, TimeProvider Time, BatchObserver? Observer, ILogger Logger);
