using Personalization.Domain.Scoring;

namespace Personalization.Domain.Ingestion;

/// <summary>
/// What was felt in an earlier event of the same user that could not be read in time: logged once it was, so that it counts
/// exactly once and in its place among everything else. Its event has the earlier one's time, product, touchpoint and channel.
/// </summary>
/// <param name="Source">The earlier event's offset.</param>
/// <param name="SourceKind">The kind of its payload: under which consent the feeling is filed.</param>
/// <param name="Observation">What was felt; null when nothing was, or could not be read at all.</param>
public sealed record FeelingPayload(long Source, PayloadKind SourceKind, SentimentObservation? Observation) : EventPayload
{
    /// <inheritdoc/>
    public override PayloadKind Kind => PayloadKind.Feeling;
}
