namespace Personalization.Domain.Rewards.Evaluation;

/// <summary>Why no verdict is given.</summary>
public enum OffPolicyRefusal
{
    /// <summary>The weights leave too few decisions.</summary>
    EffectiveSizeTooSmall,
    /// <summary>There are too few rewards.</summary>
    TooFewRewards,
    /// <summary>The mean weight is not 1 within four standard errors: propensities are wrong, or the log does not cover the policy.</summary>
    PropensitiesDoNotFit,
}
