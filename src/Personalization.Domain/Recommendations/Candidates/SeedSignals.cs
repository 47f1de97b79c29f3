using System.Runtime.CompilerServices;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>How strongly a product goes with what the shopper looked at last, by who says so.</summary>
internal struct SeedSignals
{
    // By leave-last-out on purchase sequences of beauty products; a chance of 1 in 10 of coming next is much.
    private const float SequenceWorth = 1;
    private const float FactorWorth = 0.2f;

    /// <summary>By what was looked at or bought together.</summary>
    public float CoVisitation;

    /// <summary>By what came directly after it: a chance, weighted by how long ago the seed was.</summary>
    public float Sequence;

    /// <summary>By the factor model.</summary>
    public float Factor;

    /// <summary>All of them together.</summary>
    public readonly float Strength => CoVisitation + (SequenceWorth * Sequence) + (FactorWorth * Factor);

    /// <summary>Who says most of it.</summary>
    public readonly CandidateSource Loudest =>
        CoVisitation >= SequenceWorth * Sequence && CoVisitation >= FactorWorth * Factor ? CandidateSource.CoVisitation
        : SequenceWorth * Sequence >= FactorWorth * Factor ? CandidateSource.Sequence
        : CandidateSource.Factor;
}

/// <summary>Adds up how strongly products go with the seeds.</summary>
internal static class SeedScores
{
    /// <summary>How many seeds speak, …</summary>
    public const int MaxSeeds = 10;

    /// <summary>… for what comes directly after them, …</summary>
    public const int SequenceSeeds = 2;

    /// <summary>… and for what points the same way.</summary>
    public const int FactorSeeds = 2;

    private static readonly float[] s_weights = [.. Enumerable.Range(1, MaxSeeds).Select(static r => MathF.Pow(r, -1.3f))];
    private static readonly float[] s_factorWeights = [.. Enumerable.Range(1, FactorSeeds).Select(static r => MathF.Pow(r, -0.7f))];
    private static readonly float[] s_sequenceWeights = [1, 0.3f];

    /// <summary>Fills in the signals of every product that goes with a seed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(CoVisitationSnapshot? graph, FactorNeighbours? factors, ReadOnlySpan<int> seeds, ItemMap<SeedSignals> signals)
    {
        signals.Clear();
        for (var s = 0; s < Math.Min(seeds.Length, MaxSeeds); s++)
        {
            if (graph?.Of(seeds[s]) is { } row)
            {
                var weight = s_weights[s];
                var items = row.Items;
                var scores = row.Scores;
                for (var i = 0; i < items.Length; i++)
                {
                    signals.Slot(items[i], out _).CoVisitation += weight * scores[i];
                }

                var next = row.Next;
                var chances = row.Chances;
                for (var i = 0; s < SequenceSeeds && i < next.Length; i++)
                {
                    signals.Slot(next[i], out _).Sequence += s_sequenceWeights[s] * chances[i];
                }
            }

            if (s < FactorSeeds && factors?.Of(seeds[s]) is { } like)
            {
                var weight = s_factorWeights[s];
                for (var i = 0; i < like.Items.Length; i++)
                {
                    signals.Slot(like.Items[i], out _).Factor += weight * like.Likenesses[i];
                }
            }
        }
    }
}
