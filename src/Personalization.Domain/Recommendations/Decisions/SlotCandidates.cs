using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Recommendations.Decisions;

/// <summary>
/// Everything that could have been put into a slot, given the slots above, as the exploration rule saw it: what another rule
/// would have done there can be worked out from it exactly.
/// </summary>
/// <remarks>Diversity has been taken off the scores already. Eight bytes a candidate.</remarks>
public sealed record SlotCandidates
{
    /// <summary>Of how many slots of a slate, from the first, candidates are remembered at most.</summary>
    public const int RememberedSlots = 10;

    /// <summary>The candidates of a slot.</summary>
    /// <param name="scores">The estimate of each, finite; at least one.</param>
    /// <param name="variances">The variance of each estimate, not negative; as many.</param>
    /// <param name="chosen">Which of them the slot got, from 0.</param>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it.</exception>
    public SlotCandidates(ImmutableArray<float> scores, ImmutableArray<float> variances, int chosen)
    {
        if (Problem(scores.AsSpan(), variances.AsSpan(), chosen) is { } problem)
        {
            throw new ArgumentException(problem);
        }

        (Scores, Variances, Chosen) = (scores, variances, chosen);
    }

    /// <summary>The policy's estimate of each candidate's reward, less what diversity takes off.</summary>
    public ImmutableArray<float> Scores { get; }

    /// <summary>The variance of each estimate.</summary>
    public ImmutableArray<float> Variances { get; }

    /// <summary>Which candidate the slot got, from 0.</summary>
    public int Chosen { get; }

    internal void Write(StateWriter writer)
    {
        writer.UInt((ulong)Chosen);
        writer.Singles(Scores.AsSpan());
        writer.Singles(Variances.AsSpan());
    }

    /// <exception cref="FormatException">The values cannot be.</exception>
    internal static SlotCandidates Read(ref StateReader reader)
    {
        var chosen = checked((int)Math.Min(reader.UInt(), int.MaxValue));
        var (scores, variances) = (reader.Singles(), reader.Singles());
        return Problem(scores, variances, chosen) is { } problem
            ? throw new FormatException(problem)
            : new SlotCandidates(ImmutableCollectionsMarshal.AsImmutableArray(scores), ImmutableCollectionsMarshal.AsImmutableArray(variances), chosen);
    }

    private static string? Problem(ReadOnlySpan<float> scores, ReadOnlySpan<float> variances, int chosen)
    {
        if (scores.Length != variances.Length || chosen < 0 || chosen >= scores.Length)
        {
            return $"{scores.Length} scores, {variances.Length} variances and candidate {chosen} chosen do not belong together.";
        }

        foreach (var score in scores)
        {
            if (!float.IsFinite(score))
            {
                return $"A score is {score}; allowed: finite.";
            }
        }

        foreach (var variance in variances)
        {
            if (!float.IsFinite(variance) || variance < 0)
            {
                return $"A variance is {variance}; allowed: finite, at least 0.";
            }
        }

        return null;
    }
}
