using System.Buffers;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Recommendations.Policies;

/// <summary>
/// How <see cref="PolicyStatistics"/> are stored: offsets and shared ridge in float64, item ridges in float32, bit for bit as
/// they are in memory, so that a restart changes nothing. About 4·U²/2 bytes per item that was ever observed.
/// </summary>
/// <remarks>
/// Sums over features of another meaning, or pulled by another λ, are of no use: a policy that was stored with other ones
/// starts over with its prior, from where it had got to in the log.
/// </remarks>
/// <param name="shape">The shape of the features from here on.</param>
/// <param name="options">How the policy learns from here on.</param>
public sealed class PolicyStatisticsCodec(PolicyShape shape, HybridRidgeOptions options) : IStateCodec<PolicyStatistics>
{
    private const byte FormatVersion = 2;

    // Before λ₂ was chosen and positions were learned: offsets stand between the header and one ridge per item.
    private const byte OneRidgePerItem = 1;

    /// <inheritdoc/>
    public string Name => "policy-statistics";

    /// <inheritdoc/>
    public void Write(PolicyStatistics state, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(state);
        var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.UInt((ulong)state.Version);
        writer.UInt((ulong)state.Misfits);
        state.Offsets.Write(writer);
        PolicyModelCodec.Write(writer, state.Model);
    }

    /// <inheritdoc/>
    public PolicyStatistics Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input);
        return StateCheck.Version(ref reader, FormatVersion, "state of policy statistics") == OneRidgePerItem
            ? ReadOneRidgePerItem(ref reader)
            : ReadPresent(ref reader);
    }

    private PolicyStatistics ReadPresent(ref StateReader reader)
    {
        var (version, misfits) = ((long)reader.UInt(), (long)reader.UInt());
        var offsets = AppliedOffsets.Read(ref reader);
        return PolicyModelCodec.Read(ref reader, shape, options, out _) is { } model
            ? new PolicyStatistics(model, offsets, version, misfits)
            : new PolicyStatistics(new PolicyModel(shape, options), offsets, version + 1, misfits);
    }

    private PolicyStatistics ReadOneRidgePerItem(ref StateReader reader)
    {
        var stored = new PolicyShape(checked((int)reader.UInt()), checked((int)reader.UInt()), checked((int)reader.UInt()));
        var same = stored == shape & reader.Double().Equals(options.SharedLambda) & reader.Double().Equals(options.ItemLambda);
        var (version, observations, misfits) = ((long)reader.UInt(), (long)reader.UInt(), (long)reader.UInt());
        var offsets = AppliedOffsets.Read(ref reader);
        if (!same)
        {
            return new PolicyStatistics(new PolicyModel(shape, options), offsets, version + 1, misfits);
        }

        var shared = new RecursiveRidge<double>(reader.Doubles(), reader.Doubles(), options.SharedLambda);
        var ridge = new HybridRidge(shape, options, shared);
        for (var left = reader.Count(8); left > 0; left--)
        {
            var (id, weight, changedIn) = (reader.Text(), reader.Double(), (long)reader.UInt());
            var sum = reader.Doubles();
            var own = new RecursiveRidge<float>(reader.Singles(), reader.Singles(), (float)options.ItemLambda);
            ridge.Restore(id, [own], sum, weight, changedIn, 0);
        }

        return new PolicyStatistics(new PolicyModel(ridge) { Observations = observations }, offsets, version, misfits);
    }
}
