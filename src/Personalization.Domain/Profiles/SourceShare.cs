using System.Collections.Immutable;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;

namespace Personalization.Domain.Profiles;

/// <summary>A modality's part in a profile.</summary>
/// <param name="Modality">The modality.</param>
/// <param name="Events">Events folded in, ever.</param>
/// <param name="Observations">Readings of feelings among them that said something, ever.</param>
/// <param name="Share">Its share of the information that the mood rests on, decayed, [0, 1]; the shares sum to 1, or are all 0.</param>
/// <param name="Channels">Events by the channel they came through, ever; only channels with any.</param>
public sealed record SourceShare(Modality Modality, long Events, long Observations, double Share, ImmutableArray<ChannelCount> Channels);

/// <summary>How many events came through a channel.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Count">How many.</param>
public readonly record struct ChannelCount(Channel Channel, long Count);
