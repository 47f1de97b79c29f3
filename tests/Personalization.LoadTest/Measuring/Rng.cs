namespace Personalization.LoadTest.Measuring;

/// <summary>A small, fast, seeded generator. Streams of different names are independent. Not safe for several threads.</summary>
/// <remarks>SplitMix64 (Steele, Lea, Flood 2014).</remarks>
internal sealed class Rng(ulong seed)
{
    private ulong _state = seed;
    private double _spare = double.NaN;

    /// <summary>A stream of its own for the n-th of something.</summary>
    public static Rng For(int seed, string name, int n = 0)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in name)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        return new Rng(Mix(hash ^ Mix((ulong)seed)) + (Mix((ulong)n + 1) * 0x9E3779B97F4A7C15UL));
    }

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        _state += 0x9E3779B97F4A7C15UL;
        return Mix(_state);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [0, <paramref name="below"/>).</summary>
    public int Next(int below) => (int)(NextDouble() * below);

    /// <summary>Uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double Between(double low, double high) => low + ((high - low) * NextDouble());

    /// <summary>True with this probability.</summary>
    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>Standard normal (Marsaglia's polar method).</summary>
    public double Normal()
    {
        if (!double.IsNaN(_spare))
        {
            var spare = _spare;
            _spare = double.NaN;
            return spare;
        }

        double u, v, s;
        do
        {
            u = (2 * NextDouble()) - 1;
            v = (2 * NextDouble()) - 1;
            s = (u * u) + (v * v);
        }
        while (s is >= 1 or 0);
        var scale = Math.Sqrt(-2 * Math.Log(s) / s);
        _spare = v * scale;
        return u * scale;
    }

    /// <summary>Normal with a mean and a standard deviation.</summary>
    public double Normal(double mean, double deviation) => mean + (deviation * Normal());

    /// <summary>Exponential with mean 1.</summary>
    public double Exponential() => -Math.Log(1 - NextDouble());

    /// <summary>One of them.</summary>
    public T Pick<T>(IReadOnlyList<T> items) => items[Next(items.Count)];

    /// <summary>An index with probability in proportion to its weight; the weights' running sums are given.</summary>
    public int PickCumulative(double[] runningSums)
    {
        var at = Array.BinarySearch(runningSums, NextDouble() * runningSums[^1]);
        return Math.Min(at < 0 ? ~at : at + 1, runningSums.Length - 1);
    }

    /// <summary>Puts items into random order (Fisher–Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
