using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations;

/// <summary>How a <see cref="Recommender"/> ranks.</summary>
public sealed record RecommenderOptions
{
    /// <summary>Turns estimates into probabilities.</summary>
    public IExplorationRule Exploration { get; init; } = new LinMed();

    /// <summary>
    /// The same for shoppers of whom nothing is known yet: there is little to lose with them, and what they pick tells as much
    /// about the products as anybody's choice.
    /// </summary>
    public IExplorationRule StrangerExploration { get; init; } = new LinMed(0.2, 0.05);

    /// <summary>
    /// Among how many candidates a slate is drawn, 16 to 256, and at least twice the page: the most promising ones by mean and
    /// doubt. The choice follows from the input alone, so that propensities within it are exact.
    /// </summary>
    public int PoolSize { get; init; } = 64;

    /// <summary>By how many standard deviations a candidate may be better than it looks when the pool is chosen, [0, 10].</summary>
    public float PoolOptimism { get; init; } = 0.1f;

    /// <summary>
    /// For how long the candidates of a slate may serve the same shopper's next ones while nothing happens to that shopper, 0
    /// to 10 minutes: so much later products are shown that others have made popular or liked meanwhile.
    /// </summary>
    public TimeSpan KeepPoolFor { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Of which share of the engine's decisions the candidates of the first ten slots are remembered, [0, 1]: what other policies
    /// can be evaluated on. Eight bytes a candidate and slot, some 5 KB with a pool of 64.
    /// </summary>
    public double CandidateLogShare { get; init; }

    /// <summary>Whether products of which the policy knows little are thought to be chosen as those most like them are.</summary>
    public bool InheritFromAlike { get; init; } = true;

    /// <summary>What is taken of which items of a slate were looked at. A change holds for the decisions that are made from then on.</summary>
    public ExaminationModel Examination { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">One is out of its range; the message names it.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(Exploration);
        ArgumentNullException.ThrowIfNull(StrangerExploration);
        if (PoolSize is not (>= 16 and <= 256))
        {
            throw new ArgumentException($"{nameof(PoolSize)}: is {PoolSize}; allowed: 16 to 256.", nameof(PoolSize));
        }

        if (KeepPoolFor < TimeSpan.Zero || KeepPoolFor > TimeSpan.FromMinutes(10))
        {
            throw new ArgumentException($"{nameof(KeepPoolFor)}: is {KeepPoolFor}; allowed: 0 to 10 minutes.", nameof(KeepPoolFor));
        }

        if (CandidateLogShare is not (>= 0 and <= 1))
        {
            throw new ArgumentException($"{nameof(CandidateLogShare)}: is {CandidateLogShare}; allowed: 0 to 1.", nameof(CandidateLogShare));
        }

        if (PoolOptimism is not (>= 0 and <= 10))
        {
            throw new ArgumentException($"{nameof(PoolOptimism)}: is {PoolOptimism}; allowed: 0 to 10.", nameof(PoolOptimism));
        }
    }
}
