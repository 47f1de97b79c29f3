using System.Runtime.CompilerServices;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>What shoppers turn to after what this one looked at: the strongest over all seeds together.</summary>
internal sealed class CoVisitationGenerator : ICandidateGenerator
{
    private const int Quota = 120;

    /// <summary>How many seeds speak.</summary>
    public const int MaxSeeds = 10;

    private static readonly float[] s_weights = [.. Enumerable.Range(1, MaxSeeds).Select(static r => MathF.Pow(r, -1.3f))];

    /// <summary>Adds up how strongly products go with the seeds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Score(CoVisitationSnapshot? snapshot, ReadOnlySpan<int> seeds, ItemMap<float> scores)
    {
        scores.Clear();
        for (var s = 0; snapshot is not null && s < Math.Min(seeds.Length, MaxSeeds); s++)
        {
            if (snapshot.Of(seeds[s]) is { } row)
            {
                var weight = s_weights[s];
                for (var i = 0; i < row.Items.Length; i++)
                {
                    scores.Slot(row.Items[i], out _) += weight * row.Scores[i];
                }
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Generate(in GenerationContext context, CandidateSet candidates)
    {
        var scores = context.CoVisits;
        var quota = Quota * context.Scale;
        var least = scores.Count > quota ? Threshold(scores, quota) : float.NegativeInfinity;
        for (int i = 0, taken = 0; i < scores.Count && taken < quota; i++)
        {
            var item = scores.At(i, out var score);
            if (score >= least)
            {
                taken += candidates.TryAdd(item, CandidateSource.CoVisitation, context.Filter) ? 1 : 0;
            }
        }
    }

    /// <summary>The score that <paramref name="wanted"/> products reach.</summary>
    private static float Threshold(ItemMap<float> scores, int wanted)
    {
        Span<float> values = stackalloc float[scores.Count];
        for (var i = 0; i < values.Length; i++)
        {
            scores.At(i, out values[i]);
        }

        return Selection.NthLargest(values, wanted - 1);
    }
}
