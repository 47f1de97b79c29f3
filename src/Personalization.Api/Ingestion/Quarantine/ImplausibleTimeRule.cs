using Microsoft.Extensions.Options;
using Personalization.Domain.Ingestion;

namespace Personalization.Api.Ingestion.Quarantine;

/// <summary>A clock that was never set: an event from before the shop can have existed.</summary>
internal sealed class ImplausibleTimeRule(IOptions<ApiOptions> options) : IQuarantineRule
{
    private readonly DateTimeOffset _earliest = options.Value.EarliestPlausibleTime;

    /// <inheritdoc/>
    public string Reason => "IMPLAUSIBLE_TIME";

    /// <inheritdoc/>
    public string? Object(ShopperEvent candidate, bool dryRun) =>
        candidate.OccurredAt >= _earliest
            ? null
            : $"occurred_at is {candidate.OccurredAt:O}, which looks like a clock that was never set; plausible: from {_earliest:O}";
}
