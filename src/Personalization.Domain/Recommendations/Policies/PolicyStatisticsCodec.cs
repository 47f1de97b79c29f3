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
    private const byte FormatVersion = 1;

    /// <inheritdoc/>
    public string Name => "policy-statistics";

    /// <inheritdoc/>
    public void Write(PolicyStatistics state, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(state);
        var writer = new StateWriter(output);
        var ridge = state.Ridge;
        writer.Byte(FormatVersion);
        writer.UInt((ulong)ridge.Shape.User);
        writer.UInt((ulong)ridge.Shape.Item);
        writer.UInt((ulong)ridge.Shape.Version);
        writer.Double(ridge.Options.SharedLambda);
        writer.Double(ridge.Options.ItemLambda);
        writer.UInt((ulong)state.Version);
        writer.UInt((ulong)state.Observations);
        writer.UInt((ulong)state.Misfits);
        state.Offsets.Write(writer);
        WriteDoubles(writer, ridge.Shared.Weights);
        WriteDoubles(writer, ridge.Shared.Covariance);
        writer.UInt((ulong)ridge.Items.Count);
        foreach (var (id, own) in ridge.Items)
        {
            writer.Text(id);
            writer.Double(own.Weight);
            writer.UInt((ulong)own.ChangedIn);
            WriteDoubles(writer, own.FeatureSum);
            writer.Singles(own.Ridge.Weights);
            writer.Singles(own.Ridge.Covariance);
        }
    }

    /// <inheritdoc/>
    public PolicyStatistics Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input);
        if (reader.Byte() is var version && version != FormatVersion)
        {
            throw new FormatException($"Policy statistics of format {version}; this version reads {FormatVersion}.");
        }

        var stored = new PolicyShape(checked((int)reader.UInt()), checked((int)reader.UInt()), checked((int)reader.UInt()));
        var same = stored == shape & reader.Double().Equals(options.SharedLambda) & reader.Double().Equals(options.ItemLambda);
        var stateVersion = (long)reader.UInt();
        var observations = (long)reader.UInt();
        var misfits = (long)reader.UInt();
        var offsets = AppliedOffsets.Read(ref reader);
        if (!same)
        {
            return new PolicyStatistics(new HybridRidge(shape, options), offsets, stateVersion + 1, 0, misfits);
        }

        var shared = new RecursiveRidge<double>(ReadDoubles(ref reader), ReadDoubles(ref reader), options.SharedLambda);
        var ridge = new HybridRidge(shape, options, shared);
        for (var left = reader.Count(8); left > 0; left--)
        {
            var id = reader.Text();
            var weight = reader.Double();
            var changedIn = (long)reader.UInt();
            var sum = ReadDoubles(ref reader);
            var own = new RecursiveRidge<float>(reader.Singles(), reader.Singles(), (float)options.ItemLambda);
            ridge.Items.Add(id, new HybridRidge.ItemRidge(own, sum) { Weight = weight, ChangedIn = changedIn });
        }

        return new PolicyStatistics(ridge, offsets, stateVersion, observations, misfits);
    }

    private static void WriteDoubles(StateWriter writer, ReadOnlySpan<double> values)
    {
        writer.UInt((ulong)values.Length);
        foreach (var value in values)
        {
            writer.Double(value);
        }
    }

    private static double[] ReadDoubles(ref StateReader reader)
    {
        var values = new double[reader.Count(sizeof(double))];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = reader.Double();
        }

        return values;
    }
}
