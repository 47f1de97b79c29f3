using System.Buffers;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Rewards;

/// <summary>
/// What stands in the decision log: where in the event log it comes from, and then the line itself. The first makes the
/// decision log tell by itself how far it is written.
/// </summary>
/// <param name="Partition">The partition of the event that the reward was joined by.</param>
/// <param name="Offset">Its offset.</param>
/// <param name="Reward">The line, as <see cref="JoinedReward"/> writes it.</param>
public readonly record struct DecisionLogLine(int Partition, long Offset, ReadOnlyMemory<byte> Reward)
{
    private const byte Format = 0x61;

    /// <summary>The line in bytes.</summary>
    public byte[] Encode()
    {
        var output = new ArrayBufferWriter<byte>(Reward.Length + 16);
        var writer = new StateWriter(output);
        writer.Byte(Format);
        writer.UInt((ulong)Partition);
        writer.Int(Offset);
        writer.Bytes(Reward.Span);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads a line; false for what others wrote.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out DecisionLogLine line)
    {
        line = default;
        if (bytes is not [Format, ..])
        {
            return false;
        }

        var reader = new StateReader(bytes[1..]);
        line = new DecisionLogLine(checked((int)reader.UInt()), reader.Int(), reader.Bytes().ToArray());
        return true;
    }
}
