using System.Buffers;
using Personalization.Domain.Serialization;

namespace Personalization.Grains.Snapshots;

/// <summary>Answers silos that follow a grain: within the activation's epoch with what has changed, otherwise with everything.</summary>
internal static class SnapshotEpoch
{
    /// <summary>The epoch of an activation.</summary>
    public static string Epoch(this Grain owner) => owner.GrainContext.ActivationId.ToString();

    /// <summary>Whether what a silo has is of this epoch.</summary>
    public static bool IsOfEpoch(this Grain owner, SnapshotPosition since) => string.Equals(since.Epoch, owner.Epoch(), StringComparison.Ordinal);

    /// <summary>The version of this epoch that a silo has; 0 when what it has is of another.</summary>
    public static long VersionOf(this Grain owner, SnapshotPosition since) => owner.IsOfEpoch(since) ? since.Version : 0;

    /// <summary>What a silo lacks.</summary>
    /// <param name="owner">Whom it follows.</param>
    /// <param name="since">What it has.</param>
    /// <param name="version">The version now.</param>
    /// <param name="write">Writes what has changed since a version; 0 for everything.</param>
    public static SnapshotChanges ChangesSince(
        this Grain owner, SnapshotPosition since, long version, Action<long, IBufferWriter<byte>> write)
    {
        var isWhole = !owner.IsOfEpoch(since);
        if (!isWhole && since.Version >= version)
        {
            return new SnapshotChanges(since, [], false);
        }

        using var output = new PooledBuffer();
        write(owner.VersionOf(since), output);
        return new SnapshotChanges(new SnapshotPosition(owner.Epoch(), version), output.WrittenSpan.ToArray(), isWhole);
    }
}
