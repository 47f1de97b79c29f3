using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Tests.Recommendations.Policies;

/// <summary>Candidates come in pairs that are much alike, and are a little like some others.</summary>
internal readonly struct Alike : ISlateSimilarity
{
    public static float Of(int one, int other) => one / 2 == other / 2 ? 0.9f : 0.1f * ((one + other) % 4);

    public void Measure(int candidate, ReadOnlySpan<int> others, Span<float> similarities)
    {
        for (var i = 0; i < others.Length; i++)
        {
            similarities[i] = Of(candidate, others[i]);
        }
    }
}
