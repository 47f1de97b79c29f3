using System.Text.Json.Serialization;

namespace Personalization.Scoring.Text;

/// <summary>What a model's metadata says about how its text is cut.</summary>
internal sealed record TokenizerParameters
{
    [JsonPropertyName("version")]
    public required int Version { get; init; }

    [JsonPropertyName("first_word")]
    public required int FirstWord { get; init; }

    [JsonPropertyName("buckets")]
    public required uint Buckets { get; init; }

    [JsonPropertyName("subwords")]
    public required int Subwords { get; init; }

    [JsonPropertyName("max_word")]
    public required int MaxWord { get; init; }

    [JsonPropertyName("endings")]
    public required Dictionary<string, string> Endings { get; init; }

    [JsonPropertyName("pairs")]
    public required Dictionary<string, string[]> Pairs { get; init; }

    [JsonPropertyName("emoji")]
    public required Dictionary<string, string> Emoji { get; init; }

    [JsonPropertyName("emoticons")]
    public required Dictionary<string, string> Emoticons { get; init; }
}
