using Microsoft.Extensions.Options;
using Personalization.Domain.Ingestion;

namespace Personalization.Api.Ingestion.Quarantine;

/// <summary>The same words again and again from one user: a machine, or a form that sends twice.</summary>
internal sealed class RepeatedTextRule(IOptions<ApiOptions> options, TimeProvider time) : IQuarantineRule
{
    private readonly int _most = options.Value.MaxSameTextPerMinute;
    private readonly WindowedCounts _counts = new(TimeSpan.FromMinutes(1), time);

    /// <inheritdoc/>
    public string Reason => "REPEATED_TEXT";

    /// <inheritdoc/>
    public string? Object(ShopperEvent candidate, bool dryRun)
    {
        var text = candidate.Payload switch
        {
            TextFeedbackPayload feedback => feedback.Text,
            SurveyAnswerPayload answer => answer.Text,
            _ => string.Empty,
        };
        if (_most == 0 || text.Length == 0)
        {
            return null;
        }

        var count = _counts.Count(HashCode.Combine(candidate.User.Value, text), 1, dryRun);
        return count > _most ? $"the same text came {count} times within a minute; plausible: up to {_most}" : null;
    }
}
