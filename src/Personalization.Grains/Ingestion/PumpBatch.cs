using Personalization.Domain.Ingestion;
using Personalization.Grains.Profiles;

namespace Personalization.Grains.Ingestion;

/// <summary>Records of one partition on their way to their users.</summary>
/// <param name="Records">The records, in order.</param>
/// <param name="Events">What they hold; null for one that cannot be read.</param>
/// <param name="Feelings">The indices of those that feelings can be read out of.</param>
internal sealed record PumpBatch(IReadOnlyList<LogRecord> Records, ShopperEvent?[] Events, IReadOnlyList<int> Feelings)
{
    /// <summary>How many records there are.</summary>
    public int Count => Events.Length;

    /// <summary>The offset of the last record; there is one.</summary>
    public long LastOffset => Records[^1].Offset;

    /// <summary>Whether anything is to be scored.</summary>
    public bool HasFeelings => Feelings.Count > 0;

    /// <summary>What was felt; null where nothing was, or could not be scored.</summary>
    public ObservationMessage?[] Observations { get; } = new ObservationMessage?[Events.Length];

    /// <summary>The indices of those whose feeling could not be read in time, but may be later.</summary>
    public List<int> Missed { get; } = [];
}
