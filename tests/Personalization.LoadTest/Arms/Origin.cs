using Personalization.V1;

namespace Personalization.LoadTest.Arms;

/// <summary>Where something that was clicked came from, when it was the engine that showed it: what became of it is reported back.</summary>
internal sealed record Origin(RecommendResponse Slate, RecommendedItem Shown);
