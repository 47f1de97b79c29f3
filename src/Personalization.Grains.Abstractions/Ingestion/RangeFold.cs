using Orleans.Concurrency;

namespace Personalization.Grains.Ingestion;

/// <summary>
/// Whoever sums over many users — a product, a policy — takes contributions from each partition by ranges of offsets, and
/// remembers per partition how far it is. A range that it has is answered as such; of one that it has in part it says
/// where to go on. So every contribution counts once, however often it is sent.
/// </summary>
[Alias("personalization.IRangeFoldGrain")]
public interface IRangeFoldGrain : IGrainWithStringKey
{
    /// <summary>Takes contributions in.</summary>
    [Alias("Fold")]
    Task<RangeFoldReply> Fold(RangeFold fold);

    /// <summary>Persists what has been folded in.</summary>
    /// <param name="partition">The partition that asks.</param>
    /// <returns>The offset of that partition up to which its contributions are persisted.</returns>
    [AlwaysInterleave]
    [Alias("Persist")]
    Task<long> Persist(int partition);
}

/// <summary>Contributions of one partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="From">The range begins after this offset.</param>
/// <param name="To">The range ends with this offset.</param>
/// <param name="Previous">
/// What the receiver is known to have of the partition, at least; 0 when nothing was sent since the checkpoint. A receiver
/// that has less lost it with a silo and must not go on from here.
/// </param>
/// <param name="Body">The contributions, as the receiver's codec reads them.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.RangeFold")]
public sealed record RangeFold(
    [property: Id(0)] int Partition,
    [property: Id(1)] long From,
    [property: Id(2)] long To,
    [property: Id(3)] long Previous,
    [property: Id(4)] ReadOnlyMemory<byte> Body);

/// <summary>What became of contributions.</summary>
/// <param name="Status">Whether they were taken.</param>
/// <param name="LastOffset">How far the receiver is in that partition.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.RangeFoldReply")]
public readonly record struct RangeFoldReply([property: Id(0)] RangeFoldStatus Status, [property: Id(1)] long LastOffset);

/// <summary>Whether contributions were taken.</summary>
[GenerateSerializer]
public enum RangeFoldStatus : byte
{
    /// <summary>They count now.</summary>
    Applied = 0,
    /// <summary>They all counted before.</summary>
    AlreadyApplied = 1,
    /// <summary>Some counted before: send those after <see cref="RangeFoldReply.LastOffset"/> alone.</summary>
    Overlap = 2,
    /// <summary>Nothing was taken, for something that was sent before is missing: start again from the checkpoint.</summary>
    Lost = 3,
}
