namespace Personalization.Domain.Rewards.Evaluation;

/// <summary>What a log says of a policy, beside the one that made it.</summary>
public enum OffPolicyVerdict
{
    /// <summary>The log does not carry a verdict.</summary>
    Refused,
    /// <summary>It would have got more: the whole interval of the difference is above 0.</summary>
    Better,
    /// <summary>It would have got less: the whole interval of the difference is below 0.</summary>
    Worse,
    /// <summary>The interval of the difference has 0 in it.</summary>
    NoDifference,
}
