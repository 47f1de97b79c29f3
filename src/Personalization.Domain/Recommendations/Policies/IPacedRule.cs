namespace Personalization.Domain.Recommendations.Policies;

/// <summary>A rule that becomes surer as its policy learns: how it weighs actions follows from how far the policy has come.</summary>
public interface IPacedRule : IExplorationRule
{
    /// <summary>The rule as of a policy.</summary>
    /// <param name="observations">What the policy has learned from, not negative.</param>
    /// <param name="meanReward">The mean reward of it.</param>
    IExplorationRule At(long observations, double meanReward);
}
