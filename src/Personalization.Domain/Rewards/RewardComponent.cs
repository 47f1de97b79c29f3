namespace Personalization.Domain.Rewards;

/// <summary>What a reward is made of. Stored as a number: never reuse or renumber a value.</summary>
public enum RewardComponent : byte
{
    /// <summary>It was clicked: 1.</summary>
    Click = 0,
    /// <summary>It was put into the cart: 1.</summary>
    Cart = 1,
    /// <summary>It was bought: the margin, in units of money.</summary>
    Purchase = 2,
    /// <summary>It was sent back: the margin, in units of money.</summary>
    Return = 3,
    /// <summary>It was dismissed: 1.</summary>
    Dismiss = 4,
    /// <summary>What was felt about it afterwards: valence × confidence, [−1, 1].</summary>
    Feeling = 5,
}

/// <summary>What becomes of several values of one component.</summary>
public enum RewardAggregation : byte
{
    /// <summary>The first counts.</summary>
    First = 0,
    /// <summary>They add up.</summary>
    Sum = 1,
    /// <summary>The largest counts.</summary>
    Max = 2,
    /// <summary>The last counts.</summary>
    Last = 3,
}

/// <summary>How a component enters the reward.</summary>
/// <param name="Weight">The reward of one unit of it; finite.</param>
/// <param name="Aggregation">What becomes of several values.</param>
public readonly record struct RewardTerm(float Weight, RewardAggregation Aggregation);
