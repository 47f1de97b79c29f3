namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>What keeps the same company as what the shopper turned to, also if nobody has turned to both yet.</summary>
internal sealed class FactorGenerator : ICandidateGenerator
{
    private const int PerSeed = 16;

    /// <inheritdoc/>
    public void Generate(in GenerationContext context, CandidateSet candidates)
    {
        for (var s = 0; s < Math.Min(SeedScores.FactorSeeds, context.Seeds.Length); s++)
        {
            var row = context.Factors?.Of(context.Seeds[s]);
            for (int i = 0, taken = 0; row is not null && i < row.Items.Length && taken < PerSeed * context.Scale; i++)
            {
                taken += candidates.TryAdd(row.Items[i], CandidateSource.Factor, context.Filter) ? 1 : 0;
            }
        }
    }
}
