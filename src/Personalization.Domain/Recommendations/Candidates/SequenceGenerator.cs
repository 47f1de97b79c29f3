namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>What shoppers turn to directly after what this one turned to last: the likeliest next steps.</summary>
internal sealed class SequenceGenerator : ICandidateGenerator
{
    private const int Quota = 16;

    /// <inheritdoc/>
    public void Generate(in GenerationContext context, CandidateSet candidates)
    {
        for (var s = 0; s < Math.Min(SeedScores.SequenceSeeds, context.Seeds.Length); s++)
        {
            // The last step says most of where the next one leads.
            var left = Quota * context.Scale >> s;
            var next = context.CoVisitation?.Of(context.Seeds[s]) is { } row ? row.Next : [];
            for (var i = 0; i < next.Length && left > 0; i++)
            {
                left -= candidates.TryAdd(next[i], CandidateSource.Sequence, context.Filter) ? 1 : 0;
            }
        }
    }
}
