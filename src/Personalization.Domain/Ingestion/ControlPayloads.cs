using System.Collections.Immutable;

namespace Personalization.Domain.Ingestion;

/// <summary>A decision of the engine, logged in the user's own partition so that outcomes can be joined to it after any crash.</summary>
/// <param name="DecisionId">The decision.</param>
/// <param name="Body">The decision as its stage's codec wrote it.</param>
public sealed record DecisionPayload(string DecisionId, ImmutableArray<byte> Body) : EventPayload
{
    /// <inheritdoc/>
    public override PayloadKind Kind => PayloadKind.Decision;
}

/// <summary>A change of consent, in its place among the user's events.</summary>
/// <param name="Body">The new consent record as the Consent stage's codec wrote it.</param>
public sealed record ConsentChangedPayload(ImmutableArray<byte> Body) : EventPayload
{
    /// <inheritdoc/>
    public override PayloadKind Kind => PayloadKind.ConsentChanged;
}

/// <summary>The event's user, a visitor, turned out to be someone known.</summary>
/// <param name="Into">Who.</param>
public sealed record IdentityMergedPayload(UserKey Into) : EventPayload
{
    /// <inheritdoc/>
    public override PayloadKind Kind => PayloadKind.IdentityMerged;
}

/// <summary>The event's user asked to be forgotten: what is older than this event is gone.</summary>
public sealed record UserDeletedPayload : EventPayload
{
    /// <inheritdoc/>
    public override PayloadKind Kind => PayloadKind.UserDeleted;
}
