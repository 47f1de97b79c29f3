namespace Personalization.Grains;

/// <summary>Names by which grains find their storage and their streams; the composition root provides them.</summary>
public static class StorageNames
{
    /// <summary>Durable storage of grain state.</summary>
    public const string State = "state";

    /// <summary>The stream provider that carries news between silos.</summary>
    public const string Streams = "news";
}
