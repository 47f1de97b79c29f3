namespace Personalization.Domain.Rewards.Evaluation;

/// <summary>What a policy is measured by.</summary>
public enum RewardMeasure : byte
{
    /// <summary>The engine's own reward: all components, weighted.</summary>
    EngineReward = 0,
    /// <summary>1 when the item was clicked, else 0.</summary>
    Click = 1,
    /// <summary>1 when it was put into the cart, else 0.</summary>
    Cart = 2,
    /// <summary>1 when it was bought, else 0.</summary>
    Purchase = 3,
    /// <summary>1 when it was sent back, else 0.</summary>
    Return = 4,
    /// <summary>1 when it was dismissed, else 0.</summary>
    Dismiss = 5,
    /// <summary>What was felt about it afterwards, [−1, 1]; 0 when nothing was heard.</summary>
    Feeling = 6,
}

/// <summary>How measures are read.</summary>
internal static class RewardMeasures
{
    /// <summary>The smallest and the largest value for one item.</summary>
    public static (double Min, double Max) RangeOf(RewardMeasure measure, RewardOptions options) => measure switch
    {
        RewardMeasure.EngineReward => (options.MinReward, options.MaxReward),
        RewardMeasure.Feeling => (-1, 1),
        _ => (0, 1),
    };

    /// <summary>The value of components; not for the engine's reward.</summary>
    public static double Of(RewardMeasure measure, ComponentValues values)
    {
        // The components stand in the order of the measures, which begin with the engine's reward.
        var value = values[(RewardComponent)((int)measure - 1)];
        return measure == RewardMeasure.Feeling ? Math.Clamp(value ?? 0, -1, 1) : value is null ? 0 : 1;
    }
}
