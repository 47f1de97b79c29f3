using System.Collections.Immutable;

namespace Personalization.Domain.Ingestion;

/// <summary>One thing that happened: what every channel's input becomes before it is logged.</summary>
public sealed record ShopperEvent
{
    /// <summary>The context map of an event that has none.</summary>
    public static readonly ImmutableSortedDictionary<string, ContextValue> NoContext =
        ImmutableSortedDictionary.Create<string, ContextValue>(StringComparer.Ordinal);

    /// <summary>The caller's id: the idempotency key. 1 to 128 characters.</summary>
    public required string EventId { get; init; }

    /// <summary>When it happened, by the caller's clock.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>When the engine accepted it.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Who.</summary>
    public required UserKey User { get; init; }

    /// <summary>The visit it belongs to; empty when unknown.</summary>
    public string SessionId { get; init; } = string.Empty;

    /// <summary>Where on the shopper's way.</summary>
    public Touchpoint Touchpoint { get; init; }

    /// <summary>Through what.</summary>
    public Channel Channel { get; init; }

    /// <summary>The product it is about; empty when about none.</summary>
    public string ProductId { get; init; } = string.Empty;

    /// <summary>What else is known, sorted by key so that equal events have equal bytes.</summary>
    public ImmutableSortedDictionary<string, ContextValue> Context { get; init; } = NoContext;

    /// <summary>What happened.</summary>
    public required EventPayload Payload { get; init; }
}
