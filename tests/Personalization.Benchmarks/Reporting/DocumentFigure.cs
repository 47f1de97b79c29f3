using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Personalization.Benchmarks.Reporting;

/// <summary>A figure that is told by one JSON object of its own shape.</summary>
internal sealed record DocumentFigure : Figure
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>What is printed.</summary>
    public required object Document { get; init; }

    /// <inheritdoc/>
    public override string ToString() => JsonSerializer.Serialize(Document, Json);
}
