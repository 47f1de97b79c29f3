namespace Personalization.Domain.Recommendations.Policies;

/// <summary>How many features a policy sees. The first of either side is the bias.</summary>
/// <param name="User">Features of the user and the situation, 1 to 64.</param>
/// <param name="Item">Features of the item and of the pair, 1 to 64.</param>
/// <param name="Version">Which meaning the features have; weights learned under another one are of no use.</param>
public readonly record struct PolicyShape(int User, int Item, int Version)
{
    /// <summary>The most features of either side.</summary>
    public const int MaxSide = 64;

    /// <summary>How many crosses there are.</summary>
    public int Crosses => User * Item;

    /// <summary>Checks the shape.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side has none or too many.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(User, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(User, MaxSide);
        ArgumentOutOfRangeException.ThrowIfLessThan(Item, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Item, MaxSide);
    }
}
