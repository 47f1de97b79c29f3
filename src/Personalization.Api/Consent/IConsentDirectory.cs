using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;

namespace Personalization.Api.Consent;

/// <summary>What shoppers have consented to, as the door must know it before it reads a payload.</summary>
internal interface IConsentDirectory
{
    /// <summary>What may be read of a shopper; completes at once for those lately seen.</summary>
    ValueTask<ModalitySet> PermissionsOfAsync(UserKey user, CancellationToken cancellationToken);
}
