using Personalization.LoadTest.Measuring;

namespace Personalization.LoadTest.Shoppers;

/// <summary>How a shopper feels at the moment: drifts back to its own level, and is moved by what happens.</summary>
/// <param name="baseline">Where valence settles, [−1, 1].</param>
/// <param name="volatility">How far things move it; 0.5 to 1.5.</param>
internal sealed class Mood(double baseline, double volatility)
{
    private const double Return = 0.12;
    private const double RestingArousal = -0.1;
    private readonly double _baseline = baseline;

    /// <summary>Unpleasant to pleasant, [−1, 1].</summary>
    public double Valence { get; private set; } = baseline;

    /// <summary>Calm to excited, [−1, 1].</summary>
    public double Arousal { get; private set; } = RestingArousal;

    /// <summary>Something happened.</summary>
    /// <param name="valence">How pleasant it was.</param>
    /// <param name="arousal">How much it stirred.</param>
    public void Move(double valence, double arousal = 0)
    {
        Valence = Math.Clamp(Valence + (volatility * valence), -1, 1);
        Arousal = Math.Clamp(Arousal + (volatility * arousal), -1, 1);
    }

    /// <summary>A little time passed: an Ornstein–Uhlenbeck step.</summary>
    public void Drift(Rng rng)
    {
        Valence = Math.Clamp(Valence + (Return * (_baseline - Valence)) + (0.05 * volatility * rng.Normal()), -1, 1);
        Arousal = Math.Clamp(Arousal + (Return * (RestingArousal - Arousal)) + (0.05 * volatility * rng.Normal()), -1, 1);
    }

    /// <summary>Time between visits passed: half of what was is over.</summary>
    public void Rest()
    {
        Valence = _baseline + (0.5 * (Valence - _baseline));
        Arousal = RestingArousal + (0.4 * (Arousal - RestingArousal));
    }
}
