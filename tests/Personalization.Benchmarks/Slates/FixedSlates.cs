using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Benchmarks.Slates;

/// <summary>The marks on either side: the best slate there is, and one that knows nothing.</summary>
internal sealed class FixedSlates(SlateWorld world, bool best, ulong seed) : ISlatePolicy
{
    private readonly int[] _items = [.. Enumerable.Range(0, world.Shape.Items)];
    private SeededRandom _random = new(seed);

    public double[]? LearnedExamination => null;

    public void Choose(Span<int> slate)
    {
        if (best)
        {
            world.Best.AsSpan(0, slate.Length).CopyTo(slate);
            return;
        }

        // Fisher and Yates, as far as is needed.
        for (var k = 0; k < slate.Length; k++)
        {
            var at = k + _random.NextIndex(_items.Length - k);
            (_items[k], _items[at]) = (_items[at], _items[k]);
            slate[k] = _items[k];
        }
    }

    public void Learn(ReadOnlySpan<int> slate, ReadOnlySpan<double> clicks)
    {
    }
}
