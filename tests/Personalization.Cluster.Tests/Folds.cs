using System.Buffers;
using Personalization.Domain.Recommendations.Features;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Serialization;
using Personalization.Grains.Ingestion;

namespace Personalization.Cluster.Tests;

/// <summary>What a partition would send, one effect at a time.</summary>
internal static class Folds
{
    public static PolicyUpdate Lesson(string item, long offset) => new()
    {
        Kind = PolicyUpdateKind.Observation,
        Offset = offset,
        ItemId = item,
        User = [64, .. new sbyte[FeatureSchema.UserCount - 1]],
        Item = [64, .. new sbyte[FeatureSchema.ItemCount - 1]],
        Position = 1,
        Reward = 1,
        PolicyVersion = 0,
        FeatureVersion = FeatureSchema.Version,
    };

    public static Task<RangeFoldReply> SendAsync(IRangeFoldGrain receiver, long offset, Action<StateWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(new StateWriter(output));
        return SendAsync(receiver, offset, output.WrittenSpan.ToArray());
    }

    public static Task<RangeFoldReply> SendAsync(IRangeFoldGrain receiver, long offset, byte[] effect)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new StateWriter(output);
        writer.UInt(1);
        writer.Int(offset);
        writer.Bytes(effect);
        return receiver.Fold(new RangeFold(0, offset - 1, offset, 0, output.WrittenMemory));
    }
}
