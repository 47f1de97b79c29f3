using System.Buffers;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Serialization;

namespace Personalization.Grains.Rewards;

/// <summary>What a user's event leads to in the decision log: a line, or that all lines about the user go.</summary>
/// <param name="User">The user.</param>
/// <param name="DecisionId">The decision of the line; empty when the user's lines go.</param>
/// <param name="Reward">The line; empty when the user's lines go.</param>
internal readonly record struct DecisionLogEffect(UserKey User, string DecisionId, ReadOnlyMemory<byte> Reward)
{
    public bool IsErasure => Reward.IsEmpty;

    public byte[] Encode()
    {
        var output = new ArrayBufferWriter<byte>(Reward.Length + 64);
        var writer = new StateWriter(output);
        writer.Text(User.Value);
        writer.Text(DecisionId);
        writer.Bytes(Reward.Span);
        return output.WrittenSpan.ToArray();
    }

    public static DecisionLogEffect Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes);
        return new DecisionLogEffect(UserKey.Parse(reader.Text()), reader.Text(), reader.Bytes().ToArray());
    }
}
