using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Recommendations.Policies;

/// <summary>How <see cref="PolicyChanges"/> cross from the owner of a policy to its readers.</summary>
public sealed class PolicyChangesCodec : IStateCodec<PolicyChanges>
{
    private const byte FormatVersion = 3;

    /// <inheritdoc/>
    public string Name => "policy-changes";

    /// <inheritdoc/>
    public void Write(PolicyChanges state, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(state);
        var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.UInt((ulong)state.From);
        writer.UInt((ulong)state.To);
        writer.UInt((ulong)state.Shape.User);
        writer.UInt((ulong)state.Shape.Item);
        writer.UInt((ulong)state.Shape.Version);
        writer.Single(state.ItemLambda);
        writer.Singles(state.Shared.AsSpan());
        writer.UInt((ulong)state.Items.Length);
        foreach (var item in state.Items)
        {
            writer.Text(item.ItemId);
            writer.Single(item.Evidence);
            writer.Singles(item.Weights.AsSpan());
            writer.Singles(item.Covariance.AsSpan());
            writer.Single(item.Lambda);
        }

        Write(writer, state.Standing);
    }

    /// <inheritdoc/>
    public PolicyChanges Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input);
        if (reader.Byte() is var version && version != FormatVersion)
        {
            throw new FormatException($"Policy changes of format {version}; this version reads {FormatVersion}.");
        }

        var from = (long)reader.UInt();
        var to = (long)reader.UInt();
        var shape = new PolicyShape(checked((int)reader.UInt()), checked((int)reader.UInt()), checked((int)reader.UInt()));
        var lambda = reader.Single();
        var shared = Frozen(reader.Singles());
        var items = ImmutableArray.CreateBuilder<ItemWeights>(reader.Count(11));
        for (var left = items.Capacity; left > 0; left--)
        {
            items.Add(new ItemWeights(reader.Text(), reader.Single(), Frozen(reader.Singles()), Frozen(reader.Singles()), reader.Single()));
        }

        return new PolicyChanges
        {
            From = from, To = to, Shape = shape, ItemLambda = lambda, Shared = shared, Items = items.MoveToImmutable(), Standing = ReadStanding(ref reader),
        };
    }

    private static void Write(StateWriter writer, PolicyStanding standing)
    {
        writer.UInt((ulong)standing.Observations);
        writer.Double(standing.MeanReward);
        writer.Bytes(standing.Examination.AsSpan());
        writer.UInt((ulong)standing.LambdaChanges);
        writer.UInt((ulong)standing.Alarms);
        writer.UInt((ulong)standing.AlarmedAt);
        writer.Double(standing.AlarmScore);
    }

    private static PolicyStanding ReadStanding(ref StateReader reader) => new()
    {
        Observations = checked((long)reader.UInt()),
        MeanReward = reader.Double(),
        Examination = [.. reader.Bytes()],
        LambdaChanges = checked((int)reader.UInt()),
        Alarms = checked((int)reader.UInt()),
        AlarmedAt = checked((long)reader.UInt()),
        AlarmScore = reader.Double(),
    };

    private static ImmutableArray<float> Frozen(float[] values) => ImmutableCollectionsMarshal.AsImmutableArray(values);
}
