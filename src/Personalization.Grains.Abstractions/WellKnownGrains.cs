namespace Personalization.Grains;

/// <summary>Keys of grains of which there is one.</summary>
public static class WellKnownGrains
{
    /// <summary>The catalogue, its graph, and the policies of a shop that has one of each.</summary>
    public const string Default = "default";
}
