using Personalization.Domain.Ingestion;

namespace Personalization.Api.Ingestion.Quarantine;

/// <summary>
/// One ground on which an event that is well-formed is set aside for a person to look at. Rules run in the order of their
/// registration; the first that objects names the reason. They run for every event: they must be quick and safe for use
/// by many threads.
/// </summary>
public interface IQuarantineRule
{
    /// <summary>The reason code of what this rule sets aside, such as <c>IMPLAUSIBLE_TIME</c>.</summary>
    string Reason { get; }

    /// <summary>Looks at an event.</summary>
    /// <param name="candidate">The event.</param>
    /// <param name="dryRun">True when the event will not be taken whatever the answer: it must not be counted.</param>
    /// <returns>What is wrong, for a person; null when nothing is.</returns>
    string? Object(ShopperEvent candidate, bool dryRun);
}
