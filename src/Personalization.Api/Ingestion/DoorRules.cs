using Personalization.Domain.Ingestion;

namespace Personalization.Api.Ingestion;

/// <summary>How a batch is let in.</summary>
internal sealed record DoorRules
{
    /// <summary>As IngestEvents does.</summary>
    public static readonly DoorRules Default = new();

    /// <summary>The field of the request that holds the events; names them in violations.</summary>
    public string Field { get; init; } = "events";

    /// <summary>The field of its elements that holds the event; null when the elements are events.</summary>
    public string? Member { get; init; }

    /// <summary>The places of the events in the request; null when they are all of them, in order.</summary>
    public int[]? Places { get; init; }

    /// <summary>Checks everything and takes nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Which events a person has looked at: rules of quarantine do not hold for them. Null for none.</summary>
    public Func<int, bool>? IsReleased { get; init; }

    /// <summary>When events happened that do not say so; null for now.</summary>
    public DateTimeOffset? AssumedTime { get; init; }

    /// <summary>What is turned away is kept for people to look at; false when it is kept already.</summary>
    public bool KeepsRejected { get; init; } = true;

    /// <summary>The place in the request of an event of the batch.</summary>
    public int PlaceOf(int index) => Places is null ? index : Places[index];
}

/// <summary>What became of a batch.</summary>
/// <param name="Results">One per event, in order.</param>
/// <param name="ConsistencyToken">Names the last offset of each partition; empty when nothing was taken.</param>
internal readonly record struct DoorReply(IReadOnlyList<Wire.EventResult> Results, string ConsistencyToken);
