namespace Personalization.Grains.Operations;

/// <summary>How the engine in this process is doing; the composition root gathers it from the stages.</summary>
public interface IEngineStatus
{
    /// <summary>The status now.</summary>
    ValueTask<EngineStatus> GetAsync(CancellationToken cancellationToken);
}

/// <summary>How the engine is doing. Counts are since the start of the process.</summary>
public sealed record EngineStatus
{
    /// <summary>The product's version.</summary>
    public required string Version { get; init; }

    /// <summary>Real or Polyfill: which Orleans and gRPC the product was built with.</summary>
    public required string PackageMode { get; init; }

    /// <summary>all, api, silo, scoring.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>When the process started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The scoring models at work.</summary>
    public required IReadOnlyList<ModelStatus> Models { get; init; }

    /// <summary>Events acknowledged.</summary>
    public required long EventsAccepted { get; init; }

    /// <summary>Events that were durable already.</summary>
    public required long EventsDuplicate { get; init; }

    /// <summary>Events turned away.</summary>
    public required long EventsRejected { get; init; }

    /// <summary>Events set aside.</summary>
    public required long EventsQuarantined { get; init; }

    /// <summary>Payloads dropped unread for want of consent.</summary>
    public required long PayloadsWithoutConsent { get; init; }

    /// <summary>Events folded into profiles.</summary>
    public required long EventsApplied { get; init; }

    /// <summary>Durable events that are not folded in yet, over all partitions.</summary>
    public required long EventsBehind { get; init; }

    /// <summary>Slates made.</summary>
    public required long Recommendations { get; init; }

    /// <summary>Interventions decided.</summary>
    public required long Interventions { get; init; }

    /// <summary>Outcomes joined to their decisions.</summary>
    public required long OutcomesJoined { get; init; }

    /// <summary>Outcomes whose decision was not found.</summary>
    public required long OutcomesUnjoined { get; init; }

    /// <summary>How long an event id is remembered.</summary>
    public required TimeSpan DedupWindow { get; init; }

    /// <summary>How many event ids are remembered.</summary>
    public required long DedupWindowEvents { get; init; }

    /// <summary>Products in the catalogue snapshot.</summary>
    public required long CatalogProducts { get; init; }

    /// <summary>The catalogue snapshot's version.</summary>
    public required long CatalogVersion { get; init; }

    /// <summary>name@version.</summary>
    public required string PolicyVersion { get; init; }

    /// <summary>Who decides what is recommended: online, apprentice.</summary>
    public string PolicyMode { get; init; } = "online";

    /// <summary>What stands in the policy's shadow: shadow@number; empty for nothing.</summary>
    public string Shadow { get; init; } = "";

    /// <summary>FSYNC or OS_BUFFERED.</summary>
    public required string Durability { get; init; }

    /// <summary>Partitions of the event log.</summary>
    public required int LogPartitions { get; init; }
}

/// <summary>A scoring model at work.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Device">Where it runs: cpu, cuda:0, or rules.</param>
/// <param name="Scored">Items scored.</param>
/// <param name="QueueP99">99th percentile of the time an item waited for its batch.</param>
/// <param name="ComputeP99">99th percentile of a batch's time.</param>
public sealed record ModelStatus(string Name, string Version, string Device, long Scored, TimeSpan QueueP99, TimeSpan ComputeP99);
