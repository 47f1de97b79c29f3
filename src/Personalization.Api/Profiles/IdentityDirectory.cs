using System.Buffers;
using Microsoft.Extensions.Options;
using Personalization.Api.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Serialization;
using Personalization.Domain.Storage;

namespace Personalization.Api.Profiles;

/// <summary>Aliases of visitors in the document store, with those lately seen (and the absence of an alias as well) in memory.</summary>
/// <remarks>
/// Collection <c>identity-alias</c>: visitor's key → known user's key, and since when. Collection <c>identity-visitors</c>:
/// <c>{length}:{known user's key}:{visitor's key}</c> → a byte; the way back, for erasure. Both belong to the known user.
/// </remarks>
internal sealed class IdentityDirectory(IDocumentStore documents, IOptions<ApiOptions> options, TimeProvider time) : IIdentityDirectory
{
    /// <summary>The collection of aliases.</summary>
    public const string Aliases = "identity-alias";

    /// <summary>The collection of the way back.</summary>
    public const string Visitors = "identity-visitors";

    private const int ScanPage = 500;
    private const byte FormatVersion = 1;

    private static readonly byte[] s_present = [1];

    private readonly RecentlyUsed<UserKey, UserKey> _known = new(options.Value.DirectoryCacheEntries, options.Value.DirectoryCacheAge, time);
    private readonly KeyedLocks _writing = new();

    /// <inheritdoc/>
    public ValueTask<UserKey> CanonicalAsync(UserKey user, CancellationToken cancellationToken) =>
        !user.IsAnonymous ? ValueTask.FromResult(user)
        : _known.TryGet(user, out var canonical) ? ValueTask.FromResult(canonical)
        : LoadAsync(user, cancellationToken);

    /// <summary>Makes a visitor stand for a known user from now on, unless it stands for somebody already.</summary>
    /// <returns>Whom the visitor stands for now, and since when.</returns>
    public async Task<Alias> MergeAsync(UserKey visitor, UserKey user, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var _ = await _writing.EnterAsync(visitor.Value, cancellationToken);

        // Read anew: another process may have merged the visitor meanwhile.
        if (await ReadAsync(visitor, cancellationToken) is { } standing)
        {
            _known.Set(visitor, standing.User);
            return standing;
        }

        // The way back first: an alias that erasure cannot find must never stand.
        await documents.PutAsync(Visitors, [new DocumentWrite(WayBack(user, visitor), s_present, Owner: user)], cancellationToken);
        await documents.PutAsync(Aliases, [new DocumentWrite(visitor.Value, Encode(user, now), Owner: user)], cancellationToken);
        _known.Set(visitor, user);
        return new Alias(user, now, IsNew: true);
    }

    /// <summary>The visitors who stand for a known user.</summary>
    public async Task<IReadOnlyList<UserKey>> VisitorsOfAsync(UserKey user, CancellationToken cancellationToken)
    {
        var prefix = WayBack(user, default);
        var visitors = new List<UserKey>();
        var after = prefix;
        while (true)
        {
            var page = await documents.ScanAsync(Visitors, after, ScanPage, cancellationToken);
            foreach (var document in page)
            {
                if (!document.Key.StartsWith(prefix, StringComparison.Ordinal))
                {
                    return visitors;
                }

                visitors.Add(UserKey.Parse(document.Key[prefix.Length..]));
            }

            if (page.Count < ScanPage)
            {
                return visitors;
            }

            after = page[^1].Key;
        }
    }

    /// <summary>Forgets that a visitor stands for a user.</summary>
    public async Task ForgetAsync(UserKey visitor, UserKey user, CancellationToken cancellationToken)
    {
        using var _ = await _writing.EnterAsync(visitor.Value, cancellationToken);
        await documents.DeleteAsync(Aliases, visitor.Value, cancellationToken);
        _known.Set(visitor, visitor);
        await documents.DeleteAsync(Visitors, WayBack(user, visitor), cancellationToken);
    }

    private async ValueTask<UserKey> LoadAsync(UserKey visitor, CancellationToken cancellationToken)
    {
        var user = await ReadAsync(visitor, cancellationToken) is { } alias ? alias.User : visitor;
        _known.Offer(visitor, user);
        return user;
    }

    private async ValueTask<Alias?> ReadAsync(UserKey visitor, CancellationToken cancellationToken) =>
        await documents.GetAsync(Aliases, visitor.Value, cancellationToken) is { } document ? Decode(document.Body.Span) : null;

    private static byte[] Encode(UserKey user, DateTimeOffset since)
    {
        var output = new ArrayBufferWriter<byte>(64);
        var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Text(user.Value);
        writer.Time(since);
        return output.WrittenSpan.ToArray();
    }

    private static Alias Decode(ReadOnlySpan<byte> body)
    {
        var reader = new StateReader(body);
        var version = reader.Byte();
        return version == FormatVersion
            ? new Alias(UserKey.Parse(reader.Text()), reader.Time(), IsNew: false)
            : throw new FormatException($"An alias of format version {version} cannot be read: expected {FormatVersion}.");
    }

    // The length in front keeps apart users whose ids contain whatever stands between the two keys.
    private static string WayBack(UserKey user, UserKey visitor) => $"{user.Value.Length}:{user.Value}:{visitor.Value}";
}

/// <summary>Whom a visitor stands for.</summary>
/// <param name="User">The known user.</param>
/// <param name="Since">Since when.</param>
/// <param name="IsNew">Whether it was made just now.</param>
internal readonly record struct Alias(UserKey User, DateTimeOffset Since, bool IsNew);
