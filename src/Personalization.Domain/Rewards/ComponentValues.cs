using Personalization.Domain.Serialization;

namespace Personalization.Domain.Rewards;

/// <summary>What a reward is made of: the aggregated value of each component, null where nothing was heard of it.</summary>
/// <param name="Click">See <see cref="RewardComponent.Click"/>.</param>
/// <param name="Cart">See <see cref="RewardComponent.Cart"/>.</param>
/// <param name="Purchase">See <see cref="RewardComponent.Purchase"/>.</param>
/// <param name="Return">See <see cref="RewardComponent.Return"/>.</param>
/// <param name="Dismiss">See <see cref="RewardComponent.Dismiss"/>.</param>
/// <param name="Feeling">See <see cref="RewardComponent.Feeling"/>.</param>
public readonly record struct ComponentValues(
    float? Click, float? Cart, float? Purchase, float? Return, float? Dismiss, float? Feeling)
{
    /// <summary>The value of one component.</summary>
    public float? this[RewardComponent component] => component switch
    {
        RewardComponent.Click => Click,
        RewardComponent.Cart => Cart,
        RewardComponent.Purchase => Purchase,
        RewardComponent.Return => Return,
        RewardComponent.Dismiss => Dismiss,
        RewardComponent.Feeling => Feeling,
        _ => null,
    };

    internal static ComponentValues Of(in ItemOutcome item)
    {
        return new ComponentValues(
            Value(in item, RewardComponent.Click), Value(in item, RewardComponent.Cart), Value(in item, RewardComponent.Purchase),
            Value(in item, RewardComponent.Return), Value(in item, RewardComponent.Dismiss), Value(in item, RewardComponent.Feeling));

        static float? Value(in ItemOutcome item, RewardComponent component) =>
            (item.Present & (1 << (int)component)) != 0 ? item.Values[(int)component] : null;
    }

    internal void Write(StateWriter writer)
    {
        var present = 0;
        for (var c = 0; c < RewardOptions.ComponentCount; c++)
        {
            present |= this[(RewardComponent)c] is null ? 0 : 1 << c;
        }

        writer.Byte((byte)present);
        for (var c = 0; c < RewardOptions.ComponentCount; c++)
        {
            if (this[(RewardComponent)c] is { } value)
            {
                writer.Single(value);
            }
        }
    }

    internal static ComponentValues Read(ref StateReader reader)
    {
        var present = reader.Byte();
        Span<float?> values = stackalloc float?[RewardOptions.ComponentCount];
        for (var c = 0; c < values.Length; c++)
        {
            values[c] = (present & (1 << c)) != 0 ? reader.Single() : null;
        }

        return new ComponentValues(values[0], values[1], values[2], values[3], values[4], values[5]);
    }
}
