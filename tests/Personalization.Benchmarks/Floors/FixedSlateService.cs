using Grpc.Core;
using Personalization.V1;

namespace Personalization.Benchmarks.Floors;

/// <summary>Answers every request with the same slate: what is left of a recommendation when nothing is recommended.</summary>
/// <param name="slate">The slate.</param>
internal sealed class FixedSlateService(RecommendResponse slate) : RecommendationService.RecommendationServiceBase
{
    public override Task<RecommendResponse> Recommend(RecommendRequest request, ServerCallContext context) => Task.FromResult(slate);
}
