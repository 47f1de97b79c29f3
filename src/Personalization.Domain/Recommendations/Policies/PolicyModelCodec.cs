using System.Numerics;
using Personalization.Domain.Recommendations.Learning;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Recommendations.Policies;

/// <summary>
/// How a <see cref="PolicyModel"/> is written, as part of a policy's state and as a file of its own: the shared ridge in float64,
/// item ridges in float32, bit for bit as they are in memory.
/// </summary>
internal static class PolicyModelCodec
{
    /// <summary>Writes a model.</summary>
    public static void Write(StateWriter writer, PolicyModel model)
    {
        var ridge = model.Ridge;
        writer.UInt((ulong)ridge.Shape.User);
        writer.UInt((ulong)ridge.Shape.Item);
        writer.UInt((ulong)ridge.Shape.Version);
        writer.Double(ridge.Options.SharedLambda);
        writer.Double(ridge.Options.ItemLambda);
        writer.Double(ridge.Options.CrossScale);
        writer.Doubles(ridge.Options.ItemLambdaFactors.AsSpan());
        writer.UInt((ulong)model.Observations);
        writer.Double(model.RewardSum);
        writer.UInt((ulong)model.AlarmedAt);
        model.Alarm.Write(writer);
        model.Examination.Write(writer);
        ridge.Choice.Write(writer);
        writer.UInt((ulong)ridge.Reopenings);
        writer.Doubles(ridge.Shared.Weights);
        writer.Doubles(ridge.Shared.Covariance);
        writer.UInt((ulong)ridge.Items.Count);
        foreach (var (id, own) in ridge.Items)
        {
            WriteItem(writer, id, own);
        }
    }

    /// <summary>Reads a model, for the shape and the options there are now.</summary>
    /// <param name="reader">Where it stands.</param>
    /// <param name="shape">The shape of the features.</param>
    /// <param name="options">How it learns on.</param>
    /// <param name="problem">Why what was learned is of no use here; the rest of it is then not read.</param>
    /// <returns>The model; null when it is of no use.</returns>
    /// <exception cref="FormatException">The bytes are damaged.</exception>
    public static PolicyModel? Read(ref StateReader reader, PolicyShape shape, HybridRidgeOptions options, out string? problem)
    {
        var stored = new PolicyShape(checked((int)reader.UInt()), checked((int)reader.UInt()), checked((int)reader.UInt()));
        var (shared, own, scale) = (reader.Double(), reader.Double(), reader.Double());
        problem = stored != shape ? $"Its features are {Said(stored)}; this server's are {Said(shape)}."
            : !shared.Equals(options.SharedLambda) ? Differs(nameof(options.SharedLambda), shared, options.SharedLambda)
            : !own.Equals(options.ItemLambda) ? Differs(nameof(options.ItemLambda), own, options.ItemLambda)
            : !scale.Equals(options.CrossScale) ? Differs(nameof(options.CrossScale), scale, options.CrossScale)
            : null;
        return problem is null ? ReadLearned(ref reader, shape, options) : null;
    }

    private static string Said(PolicyShape shape) => $"{shape.User} × {shape.Item} of version {shape.Version}";

    private static string Differs(string option, double stored, double now) =>
        FormattableString.Invariant($"It was learned with {option} = {stored}; this server learns with {now}.");

    private static PolicyModel ReadLearned(ref StateReader reader, PolicyShape shape, HybridRidgeOptions options)
    {
        var factors = reader.Doubles();
        var (observations, rewards, alarmedAt) = (checked((long)reader.UInt()), reader.Double(), checked((long)reader.UInt()));
        var alarm = ShiftAlarm.Read(ref reader, options.Alarm);
        var examination = new ExaminationEstimator(options.Examination, ExaminationGrid.Positions, options.ExaminationStrength);
        examination.Restore(ref reader);
        var choice = LeadingModel.Read(ref reader, factors.Length, options.ChoiceMemory);
        var reopenings = checked((int)reader.UInt());
        var (weights, covariance) = (reader.Doubles(), reader.Doubles());
        Require(weights.Length == shape.Crosses && All(weights) && All(covariance), "shared weights");
        var ridge = new HybridRidge(shape, options, new RecursiveRidge<double>(weights, covariance, options.SharedLambda)) { Reopenings = reopenings };
        if (factors.AsSpan().SequenceEqual(options.ItemLambdaFactors.AsSpan()))
        {
            ridge.Choice = choice;
        }

        for (var left = reader.Count(8); left > 0; left--)
        {
            ReadItem(ref reader, ridge);
        }

        ridge.AllAreBehind();
        return new PolicyModel(ridge)
        {
            Observations = observations, RewardSum = rewards, AlarmedAt = alarmedAt, Alarm = alarm, Examination = examination,
        };
    }

    private static void WriteItem(StateWriter writer, string id, HybridRidge.ItemRidge own)
    {
        writer.Text(id);
        writer.Double(own.Weight);
        writer.UInt((ulong)own.ChangedIn);
        writer.UInt((ulong)own.Reopenings);
        writer.Doubles(own.FeatureSum);
        writer.UInt((ulong)own.Ridges.Length);
        foreach (var ridge in own.Ridges)
        {
            writer.Single(ridge.Lambda);
            writer.Singles(ridge.Weights);
            writer.Singles(ridge.Covariance);
        }
    }

    private static void ReadItem(ref StateReader reader, HybridRidge ridge)
    {
        var (id, weight, changedIn) = (reader.Text(), reader.Double(), (long)reader.UInt());
        var reopenings = checked((int)reader.UInt());
        var sum = reader.Doubles();
        var ridges = new RecursiveRidge<float>[reader.Count(6)];
        Require(ridges.Length > 0 && sum.Length == ridge.Shape.Item && All(sum) && weight >= 0 && double.IsFinite(weight), "an item's features");
        for (var i = 0; i < ridges.Length; i++)
        {
            var lambda = reader.Single();
            var (weights, covariance) = (reader.Singles(), reader.Singles());
            Require(lambda > 0 && weights.Length == ridge.Shape.User && All(weights) && All(covariance), "an item's weights");
            ridges[i] = new RecursiveRidge<float>(weights, covariance, lambda);
        }

        ridge.Restore(id, ridges, sum, weight, changedIn, reopenings);
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new FormatException($"The bytes of {what} cannot be.");
        }
    }

    private static bool All<T>(ReadOnlySpan<T> values)
        where T : IFloatingPointIeee754<T>
    {
        foreach (var value in values)
        {
            if (!T.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }
}
