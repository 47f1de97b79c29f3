using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Personalization.Api.Consent;
using Personalization.Api.Ingestion;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Rewards;
using Personalization.Domain.Storage;

namespace Personalization.Api.Profiles;

/// <summary>
/// Forgets a shopper and every visitor who turned out to be that shopper. A note of what is being erased is written first
/// and taken away last, so that an erasure which a crash cut short is taken up where it was by the caller's retry, under
/// the same receipt.
/// </summary>
/// <remarks>
/// The keys are destroyed before the deletion is written to the log: what is written after that is under a new key, so
/// the deletion can be read by those who must act on it, and nothing from before it can.
/// </remarks>
internal sealed class Erasure(
    IdentityDirectory identities,
    ConsentDirectory consents,
    IRejectedEventStore rejects,
    IDecisionLog decisions,
    IUserKeyStore keys,
    IDocumentStore documents,
    EventWriter events,
    PartitionBarrier barrier,
    TimeProvider time)
{
    /// <summary>The collection of notes of erasures under way: user's key → <see cref="Note"/>.</summary>
    public const string Pending = "erasure-pending";

    /// <summary>The collection of receipts: receipt's id → when, and a pseudonym of whom.</summary>
    public const string Receipts = "erasure-receipt";

    /// <summary>Forgets.</summary>
    public async Task<Wire.DeleteUserResponse> EraseAsync(UserKey user, CancellationToken cancellationToken)
    {
        var note = await TakeNoteAsync(user, cancellationToken);
        var tally = new Tally();
        foreach (var one in note.Users.Select(UserKey.Parse))
        {
            await EraseOneAsync(one, user, note, tally, cancellationToken);
        }

        var response = await ConcludeAsync(user, note, cancellationToken);
        tally.Describe(response);
        return response;
    }

    private async Task<Note> TakeNoteAsync(UserKey user, CancellationToken cancellationToken)
    {
        var users = new SortedSet<string>(StringComparer.Ordinal) { user.Value };
        users.UnionWith((await identities.VisitorsOfAsync(user, cancellationToken)).Select(static v => v.Value));
        var earlier = await documents.GetAsync(Pending, user.Value, cancellationToken) is { } document
            ? JsonSerializer.Deserialize<Note>(document.Body.Span)
            : null;
        users.UnionWith(earlier?.Users ?? []);
        var note = new Note(earlier?.ReceiptId ?? NewReceiptId(), earlier?.BegunAt ?? time.GetUtcNow(), [.. users]);
        await documents.PutAsync(Pending, [new DocumentWrite(user.Value, JsonSerializer.SerializeToUtf8Bytes(note))], cancellationToken);
        return note;
    }

    private async Task EraseOneAsync(UserKey one, UserKey owner, Note note, Tally tally, CancellationToken cancellationToken)
    {
        tally.Decisions += await decisions.RemoveUserAsync(one, cancellationToken);
        await consents.ForgetAsync(one, cancellationToken);
        if (one != owner)
        {
            await identities.ForgetAsync(one, owner, cancellationToken);
            tally.Visitors++;
        }

        tally.Keys += await keys.DestroyAsync(one, cancellationToken) ? 1 : 0;
        var position = await events.AppendAsync(
            one, $"erasure:{note.ReceiptId}", new UserDeletedPayload(), note.BegunAt, cancellationToken);
        tally.IsFolded &= await barrier.ReachAsync(position, cancellationToken);

        // Last, for what was turned away while the rest was being erased is to go as well.
        tally.Rejects += await rejects.RemoveUserAsync(one, cancellationToken);
    }

    private async Task<Wire.DeleteUserResponse> ConcludeAsync(UserKey user, Note note, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var receipt = JsonSerializer.SerializeToUtf8Bytes(new Receipt(note.ReceiptId, note.BegunAt, now, PseudonymOf(user, note.ReceiptId)));
        await documents.PutAsync(Receipts, [new DocumentWrite(note.ReceiptId, receipt)], cancellationToken);
        await documents.DeleteAsync(Pending, user.Value, cancellationToken);
        return new Wire.DeleteUserResponse { ReceiptId = note.ReceiptId, DeletedAt = Validation.TimeMapping.ToTimestamp(now) };
    }

    private static string NewReceiptId() => $"er_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}";

    // Whoever holds the receipt and the user's id can show that they belong together; nobody can get the id from it alone
    // but by guessing it.
    private static string PseudonymOf(UserKey user, string receiptId) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(receiptId), Encoding.UTF8.GetBytes(user.Value)));

    /// <summary>An erasure under way.</summary>
    internal sealed record Note(string ReceiptId, DateTimeOffset BegunAt, string[] Users);

    /// <summary>An erasure that is done.</summary>
    internal sealed record Receipt(string ReceiptId, DateTimeOffset BegunAt, DateTimeOffset DoneAt, string Pseudonym);

    private sealed class Tally
    {
        public int Keys { get; set; }

        public int Decisions { get; set; }

        public int Rejects { get; set; }

        public int Visitors { get; set; }

        public bool IsFolded { get; set; } = true;

        public void Describe(Wire.DeleteUserResponse response)
        {
            response.Erased.Add($"events and stored states: {Keys} encryption keys destroyed");
            response.Erased.Add(IsFolded
                ? "profile: reset"
                : "profile: its deletion is in the log and is being carried out; what was stored of it is unreadable already");
            response.Erased.Add($"decisions: {Decisions}");
            response.Erased.Add($"rejected and quarantined events: {Rejects}");
            response.Erased.Add("consents");
            response.Erased.Add($"links to visitor ids: {Visitors}");
            response.Kept.Add("sums over many shoppers (product sentiment, policies), from which no one can be told");
            response.Kept.Add("ids in the event log's order, with empty bodies");
            response.Kept.Add("the receipt, with a pseudonym in place of the id");
        }
    }
}
