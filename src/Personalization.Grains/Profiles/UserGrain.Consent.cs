using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Grains.Operations;

namespace Personalization.Grains.Profiles;

/// <summary>What of a shopper's events may lead to something beyond the shopper.</summary>
/// <remarks>
/// Decided when the event is folded in, by the consents as the log has them before it: a replay decides the same. What may
/// not be passed on is not in the outbox; that an event may not count for its product is, for products are told by the partition.
/// </remarks>
public sealed partial class UserGrain
{
    private bool MayPassOn(ConsentPurpose purpose, string kind)
    {
        if (State.Consent.Allows(purpose, _services.ConsentPolicy))
        {
            return true;
        }

        EngineMeters.ContributionsWithoutConsent.Add(
            1, new("purpose", purpose == ConsentPurpose.Analytics ? "analytics" : "model_training"), new("kind", kind));
        return false;
    }

    private void WithholdFromProduct(long offset, ShopperEvent source)
    {
        if (source.ProductId.Length > 0 && !MayPassOn(ConsentPurpose.Analytics, "product"))
        {
            Withhold(offset);
        }
    }

    /// <summary>Keeps an event from counting for its product; also one that is set aside, which may yet be folded in and count then.</summary>
    private void Withhold(long offset) => Emit(offset, UserEffectKind.Withhold, string.Empty, []);
}
