using System.Collections.Concurrent;
using Personalization.Api.Consent;
using Personalization.Api.Profiles;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;

namespace Personalization.Api.Tests.Fakes;

/// <summary>Consents and aliases that a test sets. Users can be made to take their time.</summary>
internal sealed class FakeDirectories : IConsentDirectory, IIdentityDirectory
{
    public ConcurrentDictionary<UserKey, ModalitySet> Consents { get; } = [];

    public ConcurrentDictionary<UserKey, UserKey> Aliases { get; } = [];

    /// <summary>Users whose consents have to be read from the store.</summary>
    public ConcurrentDictionary<UserKey, Task> Slow { get; } = [];

    public int Loads { get; private set; }

    public async ValueTask<ModalitySet> PermissionsOfAsync(UserKey user, CancellationToken cancellationToken)
    {
        if (Slow.TryGetValue(user, out var gate))
        {
            Loads++;
            await gate;
        }

        return Consents.GetValueOrDefault(user, ModalitySet.All);
    }

    public ValueTask<UserKey> CanonicalAsync(UserKey user, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Aliases.GetValueOrDefault(user, user));
}
