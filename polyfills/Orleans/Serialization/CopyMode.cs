namespace Orleans.Serialization;

/// <summary>How values are copied: within a silo, or as if they had gone over the wire.</summary>
internal interface ICopyMode
{
    /// <summary>Whether immutable values are handed over as they are, and plain structs need no attribute.</summary>
    static abstract bool IsLocal { get; }
}

/// <summary>Within a silo: what is immutable is shared.</summary>
internal readonly struct LocalCopy : ICopyMode
{
    public static bool IsLocal => true;
}

/// <summary>Between silos or from a client: nothing is shared, and every type must be serializable.</summary>
internal readonly struct WireCopy : ICopyMode
{
    public static bool IsLocal => false;
}
