using System.Text.Json;
using Google.Protobuf;

namespace Personalization.LoadTest.Modalities;

/// <summary>
/// Pictures of faces that show nobody: each is the mean of hundreds of faces of one expression, from the golden inputs that
/// hold the face model to its trainer.
/// </summary>
internal static class MeanFaces
{
    private static readonly Lazy<Dictionary<string, ByteString>> s_faces = new(Read);

    /// <summary>The mean face of an expression, grey, 48 × 48, row by row.</summary>
    /// <param name="expression">happiness, anger, sadness, surprise, fear or neutral.</param>
    /// <exception cref="KeyNotFoundException">There is none of that expression.</exception>
    public static ByteString Of(string expression) => s_faces.Value[expression];

    private static Dictionary<string, ByteString> Read()
    {
        const string Before = " faces: ";
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "faces.json")));
        var faces = new Dictionary<string, ByteString>(StringComparer.Ordinal);
        foreach (var face in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            var name = face.GetProperty("name").GetString()!;
            if (name.IndexOf(Before, StringComparison.Ordinal) is >= 0 and var at)
            {
                faces.Add(name[(at + Before.Length)..], ByteString.CopyFrom(face.GetProperty("pixels").GetBytesFromBase64()));
            }
        }

        return faces;
    }
}
