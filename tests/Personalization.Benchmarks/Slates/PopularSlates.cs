namespace Personalization.Benchmarks.Slates;

/// <summary>The items with the highest running mean of clicks, for whoever comes and wherever they were shown.</summary>
internal sealed class PopularSlates : ISlatePolicy
{
    private readonly double[] _clicks;
    private readonly double[] _shown;
    private readonly int[] _order;

    public PopularSlates(SlateWorld world)
    {
        _clicks = new double[world.Shape.Items];
        _shown = new double[world.Shape.Items];
        _order = [.. Enumerable.Range(0, world.Shape.Items)];

        // One click when shown once: what has not been shown yet is tried first.
        Array.Fill(_clicks, 1);
        Array.Fill(_shown, 1);
    }

    public double[]? LearnedExamination => null;

    public void Choose(Span<int> slate)
    {
        Array.Sort(_order, (a, b) => (Rate(b), a).CompareTo((Rate(a), b)));
        _order.AsSpan(0, slate.Length).CopyTo(slate);
    }

    public void Learn(ReadOnlySpan<int> slate, ReadOnlySpan<double> clicks)
    {
        for (var k = 0; k < slate.Length; k++)
        {
            _shown[slate[k]]++;
            _clicks[slate[k]] += clicks[k];
        }
    }

    private double Rate(int item) => _clicks[item] / _shown[item];
}
