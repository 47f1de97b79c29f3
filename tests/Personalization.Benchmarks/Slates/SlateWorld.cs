using Personalization.Domain.Recommendations.Learning;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Benchmarks.Slates;

/// <summary>
/// Shoppers who look at a position with probability b_k and then click an item by its attraction for them, independently: the
/// position-based model (Craswell et al., WSDM 2008), with b_k = 1/k. All of it is known, so that the best slate is as well.
/// </summary>
/// <remarks>
/// Attraction is a logistic function of crosses of user and item features, and of tastes for the one item that its features do
/// not tell: no linear learner can represent it exactly.
/// </remarks>
internal sealed class SlateWorld
{
    private const double BaseLogit = -2;
    private const double CrossSpread = 0.45;
    private const double OwnSpread = 0.3;

    private readonly float[][] _items;
    private readonly double[][] _logits;
    private readonly int[] _userIndices;
    private readonly int[] _itemIndices;
    private SeededRandom _visitors;

    /// <summary>A world drawn by a seed.</summary>
    /// <param name="shape">Its sizes.</param>
    /// <param name="seed">Which world, and who comes.</param>
    public SlateWorld(SlateShape shape, ulong seed)
    {
        Shape = shape;
        _userIndices = [.. Enumerable.Range(0, shape.UserFeatures)];
        _itemIndices = [.. Enumerable.Range(0, shape.ItemFeatures)];
        Examination = [.. Enumerable.Range(1, shape.Slots).Select(static k => 1.0 / k)];
        User = new float[shape.UserFeatures];
        Attraction = new double[shape.Items];
        Best = new int[shape.Items];

        var random = new SeededRandom(seed);
        _items = [.. Enumerable.Range(0, shape.Items).Select(_ => Features(shape.ItemFeatures, ref random))];
        var crosses = Normals(shape.UserFeatures * shape.ItemFeatures, CrossSpread, ref random);
        _logits = [.. _items.Select(item => Logits(item, crosses, Normals(shape.UserFeatures, OwnSpread, ref random)))];
        _visitors = new SeededRandom(random.NextBits());
    }

    public SlateShape Shape { get; }

    /// <summary>b by slot.</summary>
    public double[] Examination { get; }

    /// <summary>The features of who is here; the first is the bias.</summary>
    public float[] User { get; }

    /// <summary>The probability that who is here clicks an item he looks at, by item.</summary>
    public double[] Attraction { get; }

    /// <summary>Items, the most attractive first: as b falls, its beginning is the slate with the most clicks in expectation.</summary>
    public int[] Best { get; }

    /// <summary>Who is here, as a learner sees him.</summary>
    public SparseFeatures Visitor => new(_userIndices, User);

    /// <summary>An item, as a learner sees it.</summary>
    public SparseFeatures Item(int item) => new(_itemIndices, _items[item]);

    /// <summary>The next one comes.</summary>
    public void Next()
    {
        for (var i = 1; i < User.Length; i++)
        {
            User[i] = Uniform(ref _visitors);
        }

        User[0] = 1;
        for (var item = 0; item < Attraction.Length; item++)
        {
            var logit = 0.0;
            for (var i = 0; i < User.Length; i++)
            {
                logit += User[i] * _logits[item][i];
            }

            Attraction[item] = 1 / (1 + Math.Exp(-logit));
            Best[item] = item;
        }

        Array.Sort(Best, (a, b) => Attraction[b].CompareTo(Attraction[a]));
    }

    /// <summary>Clicks to be expected of a slate.</summary>
    public double Value(ReadOnlySpan<int> slate)
    {
        var value = 0.0;
        for (var k = 0; k < slate.Length; k++)
        {
            value += Examination[k] * Attraction[slate[k]];
        }

        return value;
    }

    private static double[] Logits(float[] item, double[] crosses, double[] own)
    {
        var logits = new double[own.Length];
        for (var i = 0; i < own.Length; i++)
        {
            logits[i] = own[i] + (i == 0 ? BaseLogit : 0);
            for (var j = 0; j < item.Length; j++)
            {
                // The same spread of attraction, however many features there are.
                logits[i] += i + j == 0 ? 0 : item[j] * crosses[(j * own.Length) + i] * Math.Sqrt(48.0 / crosses.Length);
            }
        }

        return logits;
    }

    private static float[] Features(int count, ref SeededRandom random)
    {
        var features = new float[count];
        for (var i = 0; i < count; i++)
        {
            features[i] = i == 0 ? 1 : Uniform(ref random);
        }

        return features;
    }

    private static float Uniform(ref SeededRandom random) => (float)((2 * random.NextUnit()) - 1);

    private static double[] Normals(int count, double spread, ref SeededRandom random)
    {
        var normals = new double[count];
        for (var i = 0; i < count; i++)
        {
            // Box and Muller.
            normals[i] = spread * Math.Sqrt(2 * random.NextExponential()) * Math.Cos(2 * Math.PI * random.NextUnit());
        }

        return normals;
    }
}
