using System.Collections.Immutable;
using Grpc.Core;
using Personalization.Api.Consent;
using Personalization.Api.Errors;
using Personalization.Api.Ingestion;
using Personalization.Api.Validation;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Grains;
using Personalization.Grains.Profiles;

namespace Personalization.Api.Profiles;

/// <summary>What is known and felt about a shopper, what may be done with it, and how to make it go away.</summary>
internal sealed class ProfileService(
    Reads reads,
    IdentityDirectory identities,
    ConsentDirectory consents,
    EventWriter events,
    PartitionBarrier barrier,
    Erasure erasure,
    GrainReferences<IUserProfileGrain> users,
    ConcurrencyGate gate,
    TimeProvider time) : Wire.ProfileService.ProfileServiceBase
{
    private static readonly TimeSpan s_watchInterval = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc/>
    public override async Task<Wire.GetProfileResponse> GetProfile(Wire.GetProfileRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var sent = violations.Shopper("shopper", request.Shopper);
        var read = await reads.ResolveAsync(sent, request.MinConsistencyToken, violations, "min_consistency_token", context.CancellationToken);
        violations.ThrowIfAny();
        var view = await reads.WithinAsync(read, context, cancelled => GrainOf(read.User).GetProfile(read.MinOffset, cancelled));
        return new Wire.GetProfileResponse { Profile = ProfileMapping.ToWire(view) };
    }

    /// <inheritdoc/>
    public override async Task WatchProfile(
        Wire.WatchProfileRequest request, IServerStreamWriter<Wire.WatchProfileResponse> responseStream, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var sent = violations.Shopper("shopper", request.Shopper);
        var interval = violations.Interval("min_interval", request.MinInterval, s_watchInterval);
        violations.ThrowIfAny();
        var user = await identities.CanonicalAsync(sent, context.CancellationToken);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, gate.Closing);
        await foreach (var view in GrainOf(user).WatchProfile(interval, ending.Token).WithCancellation(ending.Token))
        {
            await responseStream.WriteAsync(new Wire.WatchProfileResponse { Profile = ProfileMapping.ToWire(view) }, context.CancellationToken);
        }
    }

    /// <inheritdoc/>
    public override async Task<Wire.SetConsentResponse> SetConsent(Wire.SetConsentRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var sent = violations.Shopper("shopper", request.Shopper);
        ConsentMapping.Check(request.Changes, violations);
        violations.Length("policy_version", request.PolicyVersion, 0, ConsentMapping.MaxTextLength);
        violations.Length("source", request.Source, 0, ConsentMapping.MaxTextLength);
        violations.ThrowIfAny();
        var user = await identities.CanonicalAsync(sent, context.CancellationToken);
        var now = time.GetUtcNow();

        // The directory first: from here on the door keeps to it, whatever becomes of the rest.
        var (_, record) = await consents.ChangeAsync(user, before => ConsentMapping.Apply(request, before, now), context.CancellationToken);
        var position = await WriteAsync(user, record, context.CancellationToken);
        var response = new Wire.SetConsentResponse { ConsistencyToken = ConsistencyToken.Of(position) };
        ConsentMapping.Add(response.Consents, record, consents.Policy);
        return response;
    }

    /// <inheritdoc/>
    public override async Task<Wire.MergeIdentityResponse> MergeIdentity(Wire.MergeIdentityRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        violations.Id("anonymous_id", request.AnonymousId);
        violations.Id("user_id", request.UserId);
        violations.ThrowIfAny();
        var (visitor, user) = (UserKey.Anonymous(request.AnonymousId), UserKey.Known(request.UserId));
        var alias = await identities.MergeAsync(visitor, user, time.GetUtcNow(), context.CancellationToken);
        if (alias.User != user)
        {
            throw RpcErrors.ToException(RpcErrors.Make(
                StatusCode.FailedPrecondition, Reasons.MergedElsewhere, "anonymous_id was merged into another user before; it stays with that one."));
        }

        await MergeConsentsAsync(visitor, user, context.CancellationToken);
        var position = await events.AppendAsync(
            visitor, $"merge:{alias.Since.UtcTicks}", new IdentityMergedPayload(user), time.GetUtcNow(), context.CancellationToken);
        await barrier.ReachAsync(position, context.CancellationToken);
        return new Wire.MergeIdentityResponse { ConsistencyToken = ConsistencyToken.Of(position), AlreadyMerged = !alias.IsNew };
    }

    /// <inheritdoc/>
    public override async Task<Wire.DeleteUserResponse> DeleteUser(Wire.DeleteUserRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var sent = violations.Shopper("shopper", request.Shopper);
        violations.ThrowIfAny();
        return await erasure.EraseAsync(await identities.CanonicalAsync(sent, context.CancellationToken), context.CancellationToken);
    }

    private async Task MergeConsentsAsync(UserKey visitor, UserKey user, CancellationToken cancellationToken)
    {
        var said = await consents.GetAsync(visitor, cancellationToken);
        if (said.Equals(ConsentRecord.Silent))
        {
            return;
        }

        // One person said both: the stricter of the two holds.
        var (before, after) = await consents.ChangeAsync(user, record => record.Combine(said), cancellationToken);
        if (!after.Equals(before))
        {
            await WriteAsync(user, after, cancellationToken);
        }
    }

    /// <summary>Puts a record into its place among the user's events. The same record is the same event.</summary>
    private async ValueTask<LogPosition> WriteAsync(UserKey user, ConsentRecord record, CancellationToken cancellationToken)
    {
        var body = record.Encode();
        var payload = new ConsentChangedPayload(ImmutableArray.Create(body));
        return await events.AppendAsync(user, $"consent:{WideHash.Of(body):x32}", payload, time.GetUtcNow(), cancellationToken);
    }

    private IUserProfileGrain GrainOf(UserKey user) => users.Of(user.Value);
}
