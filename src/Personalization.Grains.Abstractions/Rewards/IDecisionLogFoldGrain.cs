using Personalization.Grains.Ingestion;

namespace Personalization.Grains.Rewards;

/// <summary>Writes the decision log: every reward that was joined to a decision, once. There is one, keyed "default".</summary>
[Alias("personalization.IDecisionLogFoldGrain")]
public interface IDecisionLogFoldGrain : IRangeFoldGrain;
