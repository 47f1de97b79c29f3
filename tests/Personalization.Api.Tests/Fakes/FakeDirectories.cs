using System.Collections.Concurrent;
using Personalization.Api.Consent;
using Personalization.Api.Profiles;
using Personalization.Domain.Ingestion;

namespace Personalization.Api.Tests.Fakes;

/// <summary>Consents and aliases that a test sets. Users can be made to take their time.</summary>
internal sealed class FakeDirectories : IConsentDirectory, IIdentityDirectory
{
    public ConcurrentDictionary<UserKey, ModalityPermissions> Consents { get; } = [];

    public ConcurrentDictionary<UserKey, UserKey> Aliases { get; } = [];

    /// <summary>Users whose consents have to be read from the store.</summary>
    public ConcurrentDictionary<UserKey, Task> Slow { get; } = [];

    public int Loads { get; private set; }

    public async ValueTask<ModalityPermissions> PermissionsOfAsync(UserKey user, CancellationToken cancellationToken)
    {
        if (Slow.TryGetValue(user, out var gate))
        {
            Loads++;
            await gate;
        }

        return Consents.GetValueOrDefault(user, new ModalityPermissions(0b11111));
    }

    public ValueTask<UserKey> CanonicalAsync(UserKey user, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Aliases.GetValueOrDefault(user, user));
}
