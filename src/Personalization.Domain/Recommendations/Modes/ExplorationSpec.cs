using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Recommendations.Modes;

/// <summary>An exploration rule by name, so that it can be kept and told to other silos. A parameter that is null has its default.</summary>
/// <param name="Name">One of <see cref="ExplorationRules.Names"/>.</param>
/// <param name="Beta">See <see cref="ExplorationRules.Make"/>, as for the others.</param>
/// <param name="Floor">The share of uniform probability.</param>
/// <param name="Sharpness">γ.</param>
/// <param name="Epsilon">The share of uniform probability of ε-greedy.</param>
public sealed record ExplorationSpec(
    string Name, double? Beta = null, double? Floor = null, double? Sharpness = null, double? Epsilon = null)
{
    /// <summary>The rule.</summary>
    /// <exception cref="ArgumentException">There is no such rule, or a parameter is out of its range; the message names it.</exception>
    public IExplorationRule Make() => ExplorationRules.Make(Name, parameter => parameter switch
    {
        nameof(Beta) => Beta,
        nameof(Floor) => Floor,
        nameof(Sharpness) => Sharpness,
        nameof(Epsilon) => Epsilon,
        _ => null,
    });

    /// <summary>Writes a rule, or that there is none.</summary>
    public static void Write(StateWriter writer, ExplorationSpec? spec)
    {
        writer.Text(spec?.Name ?? string.Empty);
        if (spec is not null)
        {
            Write(writer, spec.Beta);
            Write(writer, spec.Floor);
            Write(writer, spec.Sharpness);
            Write(writer, spec.Epsilon);
        }
    }

    /// <summary>Reads what <see cref="Write(StateWriter, ExplorationSpec?)"/> wrote.</summary>
    public static ExplorationSpec? Read(ref StateReader reader) => reader.Text() is { Length: > 0 } name
        ? new ExplorationSpec(name, ReadNumber(ref reader), ReadNumber(ref reader), ReadNumber(ref reader), ReadNumber(ref reader))
        : null;

    private static void Write(StateWriter writer, double? number)
    {
        writer.Bool(number is not null);
        if (number is { } value)
        {
            writer.Double(value);
        }
    }

    private static double? ReadNumber(ref StateReader reader) => reader.Bool() ? reader.Double() : null;
}
