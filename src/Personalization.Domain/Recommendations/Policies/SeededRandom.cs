namespace Personalization.Domain.Recommendations.Policies;

/// <summary>
/// A small generator whose numbers depend on its seed alone, in every version and on every machine, so that a decision can
/// be made again from its id (SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
/// </summary>
/// <param name="seed">Any number.</param>
public struct SeededRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double NextUnit() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in (0, 1): safe to take the logarithm of.</summary>
    public double NextOpenUnit() => ((NextBits() >> 12) + 0.5) * (1.0 / (1UL << 52));

    /// <summary>Uniform in [0, <paramref name="count"/>); the bias of at most count/2⁶⁴ cannot be seen.</summary>
    public int NextIndex(int count) => (int)Math.BigMul(NextBits(), (ulong)count, out _);

    /// <summary>Exponential with mean 1.</summary>
    public double NextExponential() => -Math.Log(NextOpenUnit());
}
