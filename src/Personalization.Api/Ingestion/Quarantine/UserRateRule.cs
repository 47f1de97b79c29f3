using Microsoft.Extensions.Options;
using Personalization.Domain.Ingestion;

namespace Personalization.Api.Ingestion.Quarantine;

/// <summary>More events of one user than a person can cause.</summary>
internal sealed class UserRateRule(IOptions<ApiOptions> options, TimeProvider time) : IQuarantineRule
{
    private readonly int _most = options.Value.MaxEventsPerUserPerMinute;
    private readonly WindowedCounts _counts = new(TimeSpan.FromMinutes(1), time);

    /// <inheritdoc/>
    public string Reason => "USER_RATE";

    /// <inheritdoc/>
    public string? Object(ShopperEvent candidate, bool dryRun)
    {
        if (_most == 0)
        {
            return null;
        }

        var count = _counts.Count(candidate.User.Value.GetHashCode(), 1, dryRun);
        return count > _most ? $"the user has {count:N0} events within a minute; plausible: up to {_most:N0}" : null;
    }
}
