namespace Personalization.Grains.Snapshots;

/// <summary>
/// How far a silo's copy of something is. A version means something within its epoch only: an owner that went back to what
/// it last persisted, because its silo died, counts on from there, and gives numbers again that it gave before to something
/// else.
/// </summary>
/// <param name="Epoch">The owner's activation that the copy is of; empty for no copy.</param>
/// <param name="Version">The version within it; 0 for none.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.SnapshotPosition")]
public readonly record struct SnapshotPosition([property: Id(0)] string Epoch, [property: Id(1)] long Version)
{
    /// <summary>Of nothing.</summary>
    public static readonly SnapshotPosition None = new(string.Empty, 0);
}

/// <summary>What a silo's copy lacks.</summary>
/// <param name="Position">What the copy is of with it.</param>
/// <param name="Body">What it lacks, as the owner's codec writes it; empty when it lacks nothing.</param>
/// <param name="IsWhole">It is everything, and takes the place of the copy: the copy was of another epoch.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.SnapshotChanges")]
public sealed record SnapshotChanges(
    [property: Id(0)] SnapshotPosition Position, [property: Id(1)] byte[] Body, [property: Id(2)] bool IsWhole);
