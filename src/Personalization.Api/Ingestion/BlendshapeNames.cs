using System.Collections.Frozen;
using Personalization.Domain.Ingestion;

namespace Personalization.Api.Ingestion;

/// <summary>The names that ARKit and MediaPipe give the 52 coefficients: those of <see cref="Blendshape"/> in camel case.</summary>
internal static class BlendshapeNames
{
    /// <summary>How many there are.</summary>
    public const int Count = 52;

    private static readonly FrozenDictionary<string, int> s_places = Enum.GetValues<Blendshape>()
        .ToFrozenDictionary(static b => NameOf(b.ToString()), static b => (int)b, StringComparer.Ordinal);

    /// <summary>The place of a name in stored order; false when it is not one of the 52.</summary>
    public static bool TryGetPlace(string name, out int place) => s_places.TryGetValue(name, out place);

    private static string NameOf(string member) => char.ToLowerInvariant(member[0]) + member[1..];
}
