using System.Text.Json;
using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Tests.Face;

/// <summary>The pictures that the trainer's own network was asked about, and what it said. They show nobody.</summary>
internal static class GoldenFaces
{
    private static readonly JsonElement _root =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "faces.json"))).RootElement;

    /// <summary>The hash of the model that said it.</summary>
    public static string Hash => _root.GetProperty("content_sha256").GetString()!;

    public static IReadOnlyList<(string Name, FaceCrop Crop, float[] Labels, float[] Emotions)> Cases { get; } =
        [.. _root.GetProperty("cases").EnumerateArray().Select(static c => (
            c.GetProperty("name").GetString()!, new FaceCrop(c.GetProperty("pixels").GetBytesFromBase64(), 1), Floats(c, "labels"), Floats(c, "emotions")))];

    /// <summary>The mean of many faces that show an emotion.</summary>
    public static FaceCrop Mean(string emotion) => Named($"faces: {emotion}").Single();

    /// <summary>The pictures with a name like this.</summary>
    public static IEnumerable<FaceCrop> Named(string part) =>
        Cases.Where(c => c.Name.Contains(part, StringComparison.Ordinal)).Select(static c => c.Crop);

    private static float[] Floats(JsonElement example, string name) => [.. example.GetProperty(name).EnumerateArray().Select(static e => e.GetSingle())];
}
