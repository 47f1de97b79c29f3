using Personalization.Domain.Recommendations.Learning;

namespace Personalization.Benchmarks.Bandits;

/// <summary>Features that are kept.</summary>
internal sealed record SparseRow(int[] Indices, float[] Values)
{
    public SparseFeatures Features => new(Indices, Values);
}
