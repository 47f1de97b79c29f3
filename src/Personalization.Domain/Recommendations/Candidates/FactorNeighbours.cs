using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>
/// The products that point the same way as each product in the factor model: what remains of the model for readers. A score for
/// a shopper is a sum over what they turned to, as the model's is. Immutable, safe for concurrent use.
/// </summary>
/// <remarks>Up to <see cref="FactorOptions.ExactUpTo"/> products, neighbours are exact; above, they are looked for in the nearest clusters.</remarks>
public sealed class FactorNeighbours
{
    private readonly Row?[] _rows;

    private FactorNeighbours(long graphVersion, Row?[] rows)
    {
        GraphVersion = graphVersion;
        _rows = rows;
    }

    /// <summary>The version of the graph that it was made from.</summary>
    public long GraphVersion { get; }

    /// <summary>Makes the model of a graph and finds the neighbours of every product in it. Takes seconds.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="count">How many products have a number.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static FactorNeighbours Of(CoVisitationSnapshot graph, int count, FactorOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var factors = ItemFactors.Of(graph, count, options, cancellationToken);
        var clusters = factors.Items.Length > options.ExactUpTo ? FactorClusters.Of(factors, options.Seed, cancellationToken) : null;
        var rows = new Row?[count];
        var best = new PriorityQueue<int, float>(options.KeptPerItem + 1);
        for (var place = 0; place < factors.Items.Length; place++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (clusters is null)
            {
                for (var other = 0; other < factors.Items.Length; other++)
                {
                    Offer(factors, place, other, options.KeptPerItem, best);
                }
            }
            else
            {
                foreach (var other in clusters.Near(factors[place]))
                {
                    Offer(factors, place, other, options.KeptPerItem, best);
                }
            }

            rows[factors.Items[place]] = Take(factors, best);
        }

        return new FactorNeighbours(graph.Version, rows);
    }

    /// <summary>The neighbours of a product; null when it has none.</summary>
    internal Row? Of(int item) => item < _rows.Length ? _rows[item] : null;

    private static void Offer(ItemFactors factors, int place, int other, int kept, PriorityQueue<int, float> best)
    {
        var likeness = Simd.Dot(factors[place], factors[other]);
        if (other == place || !(likeness > 0))
        {
            return;
        }

        if (best.Count < kept)
        {
            best.Enqueue(other, likeness);
        }
        else if (best.TryPeek(out _, out var least) && likeness > least)
        {
            best.EnqueueDequeue(other, likeness);
        }
    }

    private static Row? Take(ItemFactors factors, PriorityQueue<int, float> best)
    {
        if (best.Count == 0)
        {
            return null;
        }

        var items = new int[best.Count];
        var likenesses = new float[best.Count];
        for (var i = items.Length - 1; i >= 0; i--)
        {
            best.TryDequeue(out var place, out likenesses[i]);
            items[i] = factors.Items[place];
        }

        return new Row(items, likenesses);
    }

    /// <summary>A product's neighbours, most alike first, and the cosines, (0, 1].</summary>
    internal sealed record Row(int[] Items, float[] Likenesses);
}
