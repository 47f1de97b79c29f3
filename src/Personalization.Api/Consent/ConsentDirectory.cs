using Microsoft.Extensions.Options;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Storage;

namespace Personalization.Api.Consent;

/// <summary>Consent records in the document store; what they permit, for those lately seen, in memory.</summary>
/// <remarks>Collection <c>consent</c>: user's key → the encoded record. It belongs to the user.</remarks>
internal sealed class ConsentDirectory(IDocumentStore documents, ConsentPolicy policy, IOptions<ApiOptions> options, TimeProvider time)
    : IConsentDirectory
{
    /// <summary>The collection.</summary>
    public const string Collection = "consent";

    private readonly RecentlyUsed<UserKey, ModalitySet> _known = new(options.Value.DirectoryCacheEntries, options.Value.DirectoryCacheAge, time);
    private readonly KeyedLocks _writing = new();

    /// <summary>What applies to a shopper who has said nothing.</summary>
    public ConsentPolicy Policy => policy;

    /// <inheritdoc/>
    public ValueTask<ModalitySet> PermissionsOfAsync(UserKey user, CancellationToken cancellationToken) =>
        _known.TryGet(user, out var permissions) ? ValueTask.FromResult(permissions) : LoadAsync(user, cancellationToken);

    /// <summary>What a shopper has said, as the store has it.</summary>
    public async ValueTask<ConsentRecord> GetAsync(UserKey user, CancellationToken cancellationToken) =>
        await documents.GetAsync(Collection, user.Value, cancellationToken) is { } document
            ? ConsentRecord.Decode(document.Body.Span)
            : ConsentRecord.Silent;

    /// <summary>Changes what a shopper has said; durable, and in force at the door of this process, when it completes.</summary>
    /// <returns>The record before and after.</returns>
    public async Task<(ConsentRecord Before, ConsentRecord After)> ChangeAsync(
        UserKey user, Func<ConsentRecord, ConsentRecord> change, CancellationToken cancellationToken)
    {
        using var _ = await _writing.EnterAsync(user.Value, cancellationToken);
        var before = await GetAsync(user, cancellationToken);
        var after = change(before);
        if (!after.Equals(before))
        {
            await documents.PutAsync(Collection, [new DocumentWrite(user.Value, after.Encode(), Owner: user)], cancellationToken);
        }

        _known.Set(user, PermissionsOf(after));
        return (before, after);
    }

    /// <summary>Forgets what a shopper has said.</summary>
    public async Task ForgetAsync(UserKey user, CancellationToken cancellationToken)
    {
        using var _ = await _writing.EnterAsync(user.Value, cancellationToken);
        await documents.DeleteAsync(Collection, user.Value, cancellationToken);
        _known.Set(user, PermissionsOf(ConsentRecord.Silent));
    }

    private async ValueTask<ModalitySet> LoadAsync(UserKey user, CancellationToken cancellationToken)
    {
        var permissions = PermissionsOf(await GetAsync(user, cancellationToken));
        _known.Offer(user, permissions);
        return permissions;
    }

    private ModalitySet PermissionsOf(ConsentRecord record) => record.Readable(policy);
}
