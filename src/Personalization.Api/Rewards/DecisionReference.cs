using Personalization.Api.Validation;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Rewards;
using Personalization.Grains.Recommendations;

namespace Personalization.Api.Rewards;

/// <summary>Which decision an outcome is about, and of whom.</summary>
/// <param name="DecisionId">The decision.</param>
/// <param name="User">Whom it was made for, as the token or the caller says; aliases not looked up.</param>
/// <param name="DecidedAt">When it was made, when a token tells; else null.</param>
internal readonly record struct DecisionReference(string DecisionId, UserKey User, DateTimeOffset? DecidedAt)
{
    /// <summary>Reads and checks the reference of an outcome: a token, or a decision's id together with the shopper.</summary>
    /// <returns>The reference; default when there is a violation.</returns>
    public static DecisionReference Check(
        string token, string decisionId, Wire.Shopper? shopper, AttributionTokenSigner signer, FieldViolations violations)
    {
        var before = violations.Count;
        violations.OptionalId("decision_id", decisionId);
        var reference = token.Length > 0
            ? FromToken(token, decisionId, signer, violations)
            : FromId(decisionId, shopper, violations);
        return violations.Count == before ? reference : default;
    }

    /// <summary>Whether the decision is so old, by its token, that no outcome teaches anything and nobody needs to be asked.</summary>
    /// <param name="now">The time.</param>
    /// <param name="window">How long after a decision outcomes teach.</param>
    public bool IsPast(DateTimeOffset now, TimeSpan window) => now - DecidedAt > window;

    /// <summary>
    /// How a decision stands, given what its shopper's grain says. A token proves that there was one: a grain that does not know it
    /// has not folded it in yet.
    /// </summary>
    public DecisionStanding StandingOf(DecisionStanding told) =>
        told == DecisionStanding.Unknown && DecidedAt is not null ? DecisionStanding.Open : told;

    private static DecisionReference FromToken(string token, string decisionId, AttributionTokenSigner signer, FieldViolations violations)
    {
        var verdict = signer.Verify(token, out var content);
        if (verdict != TokenVerdict.Valid)
        {
            violations.Add("attribution_token", $"{Describe(verdict)}; allowed: the attribution_token of a reply of this engine, unchanged");
            return default;
        }

        if (decisionId.Length > 0 && decisionId != content.DecisionId)
        {
            violations.Add("decision_id", "is not the decision of attribution_token; allowed: empty, or the same decision");
        }

        return new DecisionReference(content.DecisionId, content.User, content.At);
    }

    private static DecisionReference FromId(string decisionId, Wire.Shopper? shopper, FieldViolations violations)
    {
        if (decisionId.Length == 0)
        {
            violations.Add("attribution_token", "is empty, and so is decision_id; allowed: attribution_token, or decision_id and shopper");
            return default;
        }

        return new DecisionReference(decisionId, violations.Shopper("shopper", shopper), DecidedAt: null);
    }

    private static string Describe(TokenVerdict verdict) => verdict switch
    {
        TokenVerdict.UnknownKey => "was signed with a key that is not known",
        TokenVerdict.WrongSignature => "has a wrong signature",
        _ => "is not a token",
    };
}
