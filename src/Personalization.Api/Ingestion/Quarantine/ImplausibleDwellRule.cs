using Microsoft.Extensions.Options;
using Personalization.Domain.Ingestion;

namespace Personalization.Api.Ingestion.Quarantine;

/// <summary>A page that was left open: nobody looks at a product for half a day.</summary>
internal sealed class ImplausibleDwellRule(IOptions<ApiOptions> options) : IQuarantineRule
{
    private readonly double _longestMs = options.Value.MaxPlausibleDwell.TotalMilliseconds;

    /// <inheritdoc/>
    public string Reason => "IMPLAUSIBLE_DWELL";

    /// <inheritdoc/>
    public string? Object(ShopperEvent candidate, bool dryRun) =>
        candidate.Payload is BehaviourPayload behaviour && behaviour.DwellMs > _longestMs
            ? $"behaviour.dwell_ms is {behaviour.DwellMs:N0}; plausible: up to {_longestMs:N0}"
            : null;
}
