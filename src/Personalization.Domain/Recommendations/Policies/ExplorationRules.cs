namespace Personalization.Domain.Recommendations.Policies;

/// <summary>Exploration rules by their names in configuration, with their parameters.</summary>
public static class ExplorationRules
{
    /// <summary>The names there are.</summary>
    public static IReadOnlyList<string> Names { get; } = ["linmed", "squarecb", "thompson", "epsilon-greedy", "greedy", "uniform"];

    /// <summary>Makes a rule.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="parameter">
    /// The value of a parameter, null for its default: <c>Beta</c> (linmed, thompson; above 0; 0.03), <c>Floor</c> (linmed, squarecb,
    /// thompson; 0 to 1; 0.01), <c>Sharpness</c> (squarecb; 0 to 10⁹; by default it grows with what the policy has learned),
    /// <c>Epsilon</c> (epsilon-greedy; 0 to 1; 0.05). What a rule does not have is not asked for.
    /// </param>
    /// <exception cref="ArgumentException">There is no such rule, or a parameter is out of its range; the message names it.</exception>
    public static IExplorationRule Make(string name, Func<string, double?> parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return name switch
        {
            "linmed" => new LinMed(Beta(parameter), Share(parameter, "Floor", 0.01)),
            "squarecb" => SquareCb(parameter("Sharpness"), Share(parameter, "Floor", 0.01)),
            "thompson" => new GaussianThompson(Beta(parameter), Share(parameter, "Floor", 0.01)),
            "epsilon-greedy" => new EpsilonGreedy(Share(parameter, "Epsilon", 0.05)),
            "greedy" => new Greedy(),
            "uniform" => new UniformRule(),
            _ => throw new ArgumentException($"Exploration: is '{name}'; allowed: {string.Join(", ", Names)}.", nameof(name)),
        };
    }

    private static IExplorationRule SquareCb(double? sharpness, double floor) => sharpness is { } set
        ? new SquareCb(Within(set, set is >= 0 and <= 1e9, "Sharpness", "0 to 1000000000"), floor)
        : new PacedSquareCb(floor);

    private static double Beta(Func<string, double?> parameter)
    {
        var beta = parameter("Beta") ?? 0.03;
        return Within(beta, beta is > 0 and <= 1000, "Beta", "above 0, up to 1000");
    }

    private static double Share(Func<string, double?> parameter, string field, double otherwise)
    {
        var share = parameter(field) ?? otherwise;
        return Within(share, share is >= 0 and <= 1, field, "0 to 1");
    }

    private static double Within(double value, bool holds, string field, string allowed) =>
        holds ? value : throw new ArgumentException(FormattableString.Invariant($"{field}: is {value}; allowed: {allowed}."), field);
}
