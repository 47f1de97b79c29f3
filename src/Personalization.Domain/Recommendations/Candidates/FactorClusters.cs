using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>
/// Vectors in clusters, so that those near one are found without looking at all: an inverted file (Sivic, Zisserman: "Video
/// Google", ICCV 2003) over spherical k-means with √N clusters. Looks at some hundred clusters' centres and a few clusters.
/// </summary>
internal sealed class FactorClusters
{
    private const int Rounds = 3;
    private const int Probed = 8;

    private readonly int _rank;
    private readonly float[] _centres;
    private readonly List<int>[] _members;
    private readonly float[] _likeness;

    private FactorClusters(int rank, float[] centres, List<int>[] members)
    {
        _rank = rank;
        _centres = centres;
        _members = members;
        _likeness = new float[members.Length];
    }

    /// <summary>Finds clusters.</summary>
    public static FactorClusters Of(ItemFactors factors, ulong seed, CancellationToken cancellationToken)
    {
        var (count, rank) = ((int)Math.Sqrt(factors.Items.Length), factors.Rank);
        var random = new SeededRandom(seed);
        var centres = new float[count * rank];
        for (var c = 0; c < count; c++)
        {
            factors[random.NextIndex(factors.Items.Length)].CopyTo(centres.AsSpan(c * rank, rank));
        }

        var members = Array.Empty<List<int>>();
        for (var round = 0; round < Rounds; round++)
        {
            members = Assign(factors, centres, count, cancellationToken);
            if (round < Rounds - 1)
            {
                Center(factors, members, centres);
            }
        }

        return new FactorClusters(rank, centres, members);
    }

    /// <summary>The places of the vectors in the clusters nearest to a vector. Not safe for concurrent use.</summary>
    public IEnumerable<int> Near(ReadOnlySpan<float> vector)
    {
        for (var c = 0; c < _likeness.Length; c++)
        {
            _likeness[c] = Simd.Dot(vector, _centres.AsSpan(c * _rank, _rank));
        }

        Span<float> sorted = new float[_likeness.Length];
        _likeness.CopyTo(sorted);
        return Members(Selection.NthLargest(sorted, Math.Min(Probed, sorted.Length) - 1));
    }

    private IEnumerable<int> Members(float least)
    {
        for (var c = 0; c < _likeness.Length; c++)
        {
            if (_likeness[c] >= least)
            {
                foreach (var place in _members[c])
                {
                    yield return place;
                }
            }
        }
    }

    private static List<int>[] Assign(ItemFactors factors, float[] centres, int count, CancellationToken cancellationToken)
    {
        var members = Enumerable.Range(0, count).Select(static _ => new List<int>()).ToArray();
        for (var place = 0; place < factors.Items.Length; place++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (best, most) = (0, float.NegativeInfinity);
            for (var c = 0; c < count; c++)
            {
                if (Simd.Dot(factors[place], centres.AsSpan(c * factors.Rank, factors.Rank)) is var likeness && likeness > most)
                {
                    (best, most) = (c, likeness);
                }
            }

            members[best].Add(place);
        }

        return members;
    }

    /// <summary>Moves centres to the middle of their members; one without members stays.</summary>
    private static void Center(ItemFactors factors, List<int>[] members, float[] centres)
    {
        for (var c = 0; c < members.Length; c++)
        {
            if (members[c].Count > 0)
            {
                var centre = centres.AsSpan(c * factors.Rank, factors.Rank);
                centre.Clear();
                foreach (var place in members[c])
                {
                    Simd.AddScaled(factors[place], 1f, centre);
                }

                Vectors.MakeUnit(centre);
            }
        }
    }
}
