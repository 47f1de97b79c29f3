using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>
/// What goes with what, as a sparse matrix of positive pointwise mutual information: by how much (ln) a product is met in
/// another's company more often than by chance.
/// </summary>
/// <remarks>
/// Contexts smoothed as in Levy, Goldberg, Dagan: "Improving distributional similarity with lessons learned from word
/// embeddings" (TACL 3, 2015). Rows are places among <see cref="Items"/>, not product numbers.
/// </remarks>
internal sealed class AssociationMatrix
{
    private readonly int[] _starts;
    private readonly int[] _columns;
    private readonly float[] _values;

    private AssociationMatrix(int[] items, int[] starts, int[] columns, float[] values)
    {
        Items = items;
        _starts = starts;
        _columns = columns;
        _values = values;
    }

    /// <summary>The products that have company, by number, growing.</summary>
    public int[] Items { get; }

    /// <summary>Reads a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="count">Product numbers are below it.</param>
    /// <param name="options">How.</param>
    public static AssociationMatrix Of(CoVisitationSnapshot graph, int count, FactorOptions options)
    {
        var items = WithCompany(graph, count, options.MostItems);
        var places = new Dictionary<int, int>(items.Length);
        for (var place = 0; place < items.Length; place++)
        {
            places.Add(items[place], place);
        }

        var (rowSums, contexts, all) = Sums(graph, items, places, options.ContextExponent);
        var starts = new int[items.Length + 1];
        var columns = new List<int>();
        var values = new List<float>();
        for (var place = 0; place < items.Length; place++)
        {
            var row = graph.Of(items[place])!.Value;
            for (var i = 0; i < row.Items.Length; i++)
            {
                if (places.TryGetValue(row.Items[i], out var other)
                    && Math.Log(row.Scores[i] * all / (rowSums[place] * contexts[other])) is > 0 and var information)
                {
                    columns.Add(other);
                    values.Add((float)information);
                }
            }

            starts[place + 1] = columns.Count;
        }

        return new AssociationMatrix(items, starts, [.. columns], [.. values]);
    }

    /// <summary>Y = M·X, rows of <paramref name="rank"/> numbers.</summary>
    public void Multiply(float[] x, float[] y, int rank)
    {
        for (var place = 0; place < Items.Length; place++)
        {
            var sum = y.AsSpan(place * rank, rank);
            sum.Clear();
            for (var i = _starts[place]; i < _starts[place + 1]; i++)
            {
                Simd.AddScaled<float>(x.AsSpan(_columns[i] * rank, rank), _values[i], sum);
            }
        }
    }

    /// <summary>Y = Mᵀ·X, rows of <paramref name="rank"/> numbers.</summary>
    public void MultiplyTransposed(float[] x, float[] y, int rank)
    {
        Array.Clear(y);
        for (var place = 0; place < Items.Length; place++)
        {
            var row = x.AsSpan(place * rank, rank);
            for (var i = _starts[place]; i < _starts[place + 1]; i++)
            {
                Simd.AddScaled<float>(row, _values[i], y.AsSpan(_columns[i] * rank, rank));
            }
        }
    }

    private static int[] WithCompany(CoVisitationSnapshot graph, int count, int most)
    {
        var found = new List<(int Item, float Weight)>();
        for (var item = 0; item < count; item++)
        {
            if (graph.Of(item) is { Items.Length: > 0 } row)
            {
                var sum = 0f;
                foreach (var score in row.Scores)
                {
                    sum += score;
                }

                found.Add((item, sum));
            }
        }

        if (found.Count > most)
        {
            found.Sort(static (a, b) => b.Weight.CompareTo(a.Weight) is not 0 and var order ? order : a.Item.CompareTo(b.Item));
            found.RemoveRange(most, found.Count - most);
        }

        return [.. found.Select(static f => f.Item).Order()];
    }

    private static (double[] Rows, double[] Contexts, double All) Sums(
        CoVisitationSnapshot graph, int[] items, Dictionary<int, int> places, double exponent)
    {
        var (rows, contexts) = (new double[items.Length], new double[items.Length]);
        for (var place = 0; place < items.Length; place++)
        {
            var row = graph.Of(items[place])!.Value;
            for (var i = 0; i < row.Items.Length; i++)
            {
                if (places.TryGetValue(row.Items[i], out var other))
                {
                    rows[place] += row.Scores[i];
                    contexts[other] += row.Scores[i];
                }
            }
        }

        var all = 0.0;
        foreach (ref var context in contexts.AsSpan())
        {
            context = Math.Pow(context, exponent);
            all += context;
        }

        return (rows, contexts, all);
    }
}
