using Grpc.Core;
using Personalization.Api.Consent;
using Personalization.Api.Errors;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Grains.Operations;

namespace Personalization.Api.Rewards;

/// <summary>What became of a decision is something that the shopper did.</summary>
internal static class OutcomeConsent
{
    /// <summary>Why an outcome of a shopper is not taken, and counts it; null when it may be.</summary>
    public static async ValueTask<RpcStatus?> RefusalOfOutcomeAsync(this IConsentDirectory consents, UserKey user, CancellationToken cancellationToken)
    {
        if ((await consents.PermissionsOfAsync(user, cancellationToken)).Has(Modality.Behaviour))
        {
            return null;
        }

        EngineMeters.PayloadsWithoutConsent.Add(1);
        return RpcErrors.Make(
            StatusCode.FailedPrecondition, Reasons.NoConsent, "The shopper has not consented to Behaviour for personalization; the outcome was dropped.");
    }
}
