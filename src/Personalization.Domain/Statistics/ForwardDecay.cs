namespace Personalization.Domain.Statistics;

/// <summary>
/// Exponential decay counted forward from a landmark: what happens at t weighs g = e^((t − L)/τ) and is never touched
/// again; as of T, a sum of such weights is worth e^(−(T − L)/τ) of itself.
/// </summary>
/// <remarks>
/// Weights depend on the event alone, so sums come out the same in any order and any grouping, late events included; sums
/// with different landmarks add after one is rescaled. Cormode, Shkapenyuk, Srivastava, Xu, "Forward Decay: A Practical
/// Time Decay Model for Streaming Systems", ICDE 2009, with their renormalisation: once weights have grown by
/// e^<see cref="MaxExponent"/> the landmark moves up and the owner scales its sums down by what <see cref="Advance"/> returns.
/// </remarks>
public struct ForwardDecay
{
    /// <summary>How far weights may grow. The sixth power of such a weight is still far from the largest number.</summary>
    public const double MaxExponent = 40;

    private readonly double _perTick;

    /// <summary>A decay without a landmark yet.</summary>
    /// <param name="timeConstant">τ, positive: what is this old is worth 1/e.</param>
    public ForwardDecay(TimeSpan timeConstant)
        : this(timeConstant, long.MinValue)
    {
    }

    /// <summary>A decay as it was stored.</summary>
    /// <param name="timeConstant">τ, positive.</param>
    /// <param name="landmark">L in UTC ticks; <see cref="long.MinValue"/> for none yet.</param>
    public ForwardDecay(TimeSpan timeConstant, long landmark)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeConstant, TimeSpan.Zero);
        _perTick = 1.0 / timeConstant.Ticks;
        Landmark = landmark;
    }

    /// <summary>L in UTC ticks; <see cref="long.MinValue"/> until something has happened.</summary>
    public long Landmark { get; private set; }

    /// <summary>Whether something has happened.</summary>
    public readonly bool HasLandmark => Landmark != long.MinValue;

    /// <summary>Makes room for something that happens at a moment: sets the first landmark or moves one that is too far back.</summary>
    /// <param name="ticks">The moment in UTC ticks.</param>
    /// <returns>What every sum must be multiplied with before anything is added; 1 nearly always.</returns>
    public double Advance(long ticks)
    {
        if (!HasLandmark)
        {
            Landmark = ticks;
            return 1;
        }

        return (ticks - Landmark) * _perTick <= MaxExponent ? 1 : MoveTo(ticks);
    }

    /// <summary>Moves the landmark.</summary>
    /// <param name="ticks">The new landmark in UTC ticks.</param>
    /// <returns>What every sum must be multiplied with.</returns>
    public double MoveTo(long ticks)
    {
        var scale = HasLandmark ? Math.Exp((Landmark - ticks) * _perTick) : 1;
        Landmark = ticks;
        return scale;
    }

    /// <summary>The weight g of what happens at a moment, 0 when it is too long ago to matter.</summary>
    /// <param name="ticks">The moment in UTC ticks; <see cref="Advance"/> has seen it.</param>
    public readonly double Weight(long ticks) => Math.Exp((ticks - Landmark) * _perTick);

    /// <summary>What a sum is worth as of a moment, as a factor.</summary>
    /// <param name="ticks">The moment in UTC ticks, not before the landmark.</param>
    /// <returns>(0, 1]; 0 while there is no landmark, for then there is no sum.</returns>
    public readonly double Worth(long ticks) => HasLandmark ? Math.Exp((Landmark - ticks) * _perTick) : 0;

    /// <summary>What sums of another decay with the same time constant must be multiplied with to be added to sums of this one.</summary>
    public readonly double ScaleFrom(in ForwardDecay other) =>
        other.HasLandmark ? Math.Exp((other.Landmark - Landmark) * _perTick) : 0;
}
