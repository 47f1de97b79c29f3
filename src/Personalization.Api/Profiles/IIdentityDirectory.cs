using Personalization.Domain.Ingestion;

namespace Personalization.Api.Profiles;

/// <summary>Which visitors turned out to be which known users.</summary>
internal interface IIdentityDirectory
{
    /// <summary>Whom a key stands for: the known user a visitor was merged into, else the key itself. Completes at once for those lately seen.</summary>
    ValueTask<UserKey> CanonicalAsync(UserKey user, CancellationToken cancellationToken);
}
