using Personalization.Benchmarks.Bandits;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Benchmarks.Slates;

/// <summary>The policies that are held against each other, by name.</summary>
internal static class SlateArms
{
    /// <summary>The scale of the noise in LinMED, the same for all.</summary>
    public const double Beta = 0.05;

    /// <summary>The shares of uniform probability in ε-greedy: the standard one, and as little as LinMED's.</summary>
    public static readonly double[] Epsilons = [0.05, Rules.Floor];

    /// <summary>What an arm that learns b believes before it has seen anything: the standard curve, which is much too flat here.</summary>
    private static readonly ExaminationCurve s_prior = ExaminationCurve.Default;

    /// <summary>The arms, in the order in which they are reported.</summary>
    public static readonly IReadOnlyList<SlateArm> All =
    [
        new("linmed", "asked again for each slot; b known", (world, seed) =>
            Learned(world, new LinMed(Beta, Rules.Floor), world.Examination, seed)),
        new("linmed_learned_b", "asked again for each slot; b learned", (world, seed) =>
            LearnsExamination(world, new LinMed(Beta, Rules.Floor), seed)),
        new("plackett_luce", "Gumbel top-K over LinMED's weights of one choice; b known", (world, seed) =>
            Learned(world, new PlackettLuce(new LinMed(Beta, Rules.Floor)), world.Examination, seed)),
        new("linmed_ignores_b", "asked again for each slot; takes b to be 1", (world, seed) =>
            Learned(world, new LinMed(Beta, Rules.Floor), Ones(world), seed)),
        new("independent", "top-K over the weights of one choice; takes b to be 1", (world, seed) =>
            Learned(world, new PlackettLuce(new LinMed(Beta, Rules.Floor)), Ones(world), seed)),
        .. Epsilons.Select(static epsilon => new SlateArm(
            FormattableString.Invariant($"epsilon_greedy_{epsilon}"),
            "each slot the best left or, with that probability, any; b known",
            (world, seed) => Learned(world, new EpsilonGreedy(epsilon), world.Examination, seed))),
        new("popularity", "running mean of clicks", static (world, _) => new PopularSlates(world)),
        new("random", "any slate", static (world, seed) => new FixedSlates(world, best: false, seed)),
        new("oracle", "the best slate", static (world, seed) => new FixedSlates(world, best: true, seed)),
    ];

    /// <summary>The project's policy.</summary>
    public static SlateArm Standard => All[0];

    /// <summary>The project's policy, with examination learned.</summary>
    public static SlateArm Learning => All[1];

    private static LearnedSlates Learned(SlateWorld world, IExplorationRule rule, double[] examination, ulong seed) =>
        new(world, rule, examination, null, seed);

    private static LearnedSlates LearnsExamination(SlateWorld world, IExplorationRule rule, ulong seed)
    {
        var estimator = new ExaminationEstimator(s_prior, world.Shape.Slots);
        return new LearnedSlates(world, rule, [.. Enumerable.Range(1, world.Shape.Slots).Select(estimator.At)], estimator, seed);
    }

    private static double[] Ones(SlateWorld world) => [.. world.Examination.Select(static _ => 1.0)];
}

/// <summary>A policy by name.</summary>
/// <param name="Name">The name.</param>
/// <param name="About">What it does, in a line.</param>
/// <param name="Create">Makes one that has seen nothing, for a world, with its luck.</param>
internal sealed record SlateArm(string Name, string About, Func<SlateWorld, ulong, ISlatePolicy> Create);
