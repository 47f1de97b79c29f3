using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Benchmarks.Bandits;

/// <summary>Exploration rules by name.</summary>
internal static class Rules
{
    /// <summary>The uniform share of every rule that explores.</summary>
    public const double Floor = 0.01;

    public static readonly string[] Names = ["linmed", "squarecb", "thompson", "epsilon_greedy", "greedy", "uniform"];

    /// <summary>A rule.</summary>
    /// <param name="name">One of the names.</param>
    /// <param name="beta">The scale of the noise, for the rules that have one.</param>
    /// <exception cref="BenchUsageException">There is no such rule, or β is not a positive number.</exception>
    public static IExplorationRule Create(string name, double beta) => name switch
    {
        _ when !(beta > 0 && double.IsFinite(beta)) => throw new BenchUsageException(
            FormattableString.Invariant($"--beta must be a number above 0, not {beta}.")),
        "linmed" => new LinMed(beta, Floor),
        "squarecb" => new SquareCb(0, Floor),
        "thompson" => new GaussianThompson(beta, Floor),
        "epsilon_greedy" => new EpsilonGreedy(),
        "greedy" => new Greedy(),
        "uniform" => new UniformRule(),
        _ => throw new BenchUsageException($"--rule must be one of {string.Join(", ", Names)}, not '{name}'."),
    };
}
