using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>
/// A factor model of the co-visitation graph: a vector of length 1 per product, so that products which keep the same company
/// point the same way, also if nobody has turned to both yet. Takes seconds: made in the background and never while somebody
/// waits.
/// </summary>
/// <remarks>
/// The truncated factorisation U√Σ of the <see cref="AssociationMatrix"/> (Levy, Goldberg: "Neural word embedding as implicit
/// matrix factorization", NIPS 2014) by subspace iteration (Halko, Martinsson, Tropp: "Finding structure with randomness",
/// SIAM Review 53, 2011). A shopper's vector is the weighted sum of those of what they turned to: nothing is kept per shopper, and
/// what they did last counts at once. The same graph, options and product numbers give the same vectors.
/// </remarks>
internal sealed class ItemFactors
{
    private readonly float[] _vectors;

    private ItemFactors(int[] items, float[] vectors, int rank)
    {
        Items = items;
        _vectors = vectors;
        Rank = rank;
    }

    /// <summary>The products that have a vector, by number, growing.</summary>
    public int[] Items { get; }

    /// <summary>Numbers per vector.</summary>
    public int Rank { get; }

    /// <summary>The vector of a place among <see cref="Items"/>.</summary>
    public ReadOnlySpan<float> this[int place] => _vectors.AsSpan(place * Rank, Rank);

    /// <summary>Factorises a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="count">Product numbers are below it.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static ItemFactors Of(CoVisitationSnapshot graph, int count, FactorOptions options, CancellationToken cancellationToken)
    {
        var matrix = AssociationMatrix.Of(graph, count, options);
        var rank = options.Rank;
        var left = Start(matrix.Items.Length * rank, options.Seed);
        var right = new float[left.Length];
        var lengths = Vectors.Orthogonalize(left, rank);
        for (var pass = 0; pass < options.Passes; pass++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            matrix.MultiplyTransposed(left, right, rank);
            Vectors.Orthogonalize(right, rank);
            matrix.Multiply(right, left, rank);
            lengths = Vectors.Orthogonalize(left, rank);
        }

        for (var at = 0; at < left.Length; at += rank)
        {
            var row = left.AsSpan(at, rank);
            for (var f = 0; f < rank; f++)
            {
                row[f] *= (float)Math.Sqrt(lengths[f]);
            }

            Vectors.MakeUnit(row);
        }

        return new ItemFactors(matrix.Items, left, rank);
    }

    /// <summary>Any start will do that is not orthogonal to what is looked for: sums of four uniform numbers, which are nearly normal.</summary>
    private static float[] Start(int length, ulong seed)
    {
        var random = new SeededRandom(seed);
        var start = new float[length];
        foreach (ref var value in start.AsSpan())
        {
            value = (float)(random.NextUnit() + random.NextUnit() + random.NextUnit() + random.NextUnit() - 2);
        }

        return start;
    }
}
