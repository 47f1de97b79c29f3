namespace Personalization.Grains.Snapshots;

/// <summary>
/// Says that something every silo keeps a copy of has a newer version. It carries no content: whoever hears it asks for
/// what changed since the version they have, so a lost one costs time and nothing else.
/// </summary>
/// <param name="Kind">Of what.</param>
/// <param name="Version">The version.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.SnapshotNews")]
public sealed record SnapshotNews([property: Id(0)] SnapshotKind Kind, [property: Id(1)] long Version)
{
    /// <summary>The namespace of the stream of news; its key is <see cref="StreamKey"/>.</summary>
    public const string StreamNamespace = "snapshots";

    /// <summary>The key of the one stream of news.</summary>
    public const string StreamKey = "all";

    /// <summary>The stream of news.</summary>
    public static StreamId Stream { get; } = StreamId.Create(StreamNamespace, StreamKey);
}

/// <summary>What every silo keeps a copy of.</summary>
[GenerateSerializer]
public enum SnapshotKind
{
    /// <summary>Products as the catalogue has them.</summary>
    Catalog = 0,
    /// <summary>Sentiment and popularity of products.</summary>
    Sentiment = 1,
    /// <summary>The recommendation policy.</summary>
    Policy = 2,
    /// <summary>What is looked at together, and what is popular.</summary>
    Visits = 3,
    /// <summary>The intervention policy.</summary>
    Interventions = 4,
    /// <summary>Who decides what is recommended, and what stands in the recommendation policy's shadow.</summary>
    PolicyModes = 5,
}
