using Google.Protobuf.Collections;
using Personalization.Domain.Ingestion;
using Personalization.Grains.Recommendations;

namespace Personalization.Api.Validation;

/// <summary>Context maps: up to 32 entries of text, numbers and truth values.</summary>
internal static class ContextRules
{
    /// <summary>The most entries.</summary>
    public const int MaxEntries = 32;

    /// <summary>The longest key.</summary>
    public const int MaxKeyLength = 64;

    /// <summary>The longest text.</summary>
    public const int MaxTextLength = 256;

    /// <summary>Checks a context map.</summary>
    public static bool Context(this FieldViolations violations, string field, MapField<string, Wire.ContextValue> context)
    {
        if (context.Count == 0)
        {
            return true;
        }

        var before = violations.Count;
        violations.Count(field, context.Count, 0, MaxEntries);
        foreach (var (key, value) in context)
        {
            using var _ = violations.In(field, key);
            if (key.Length is 0 or > MaxKeyLength)
            {
                violations.Add(string.Empty, $"has a key of {key.Length} characters; allowed: keys of 1 to {MaxKeyLength} characters");
            }

            CheckValue(violations, value);
        }

        return violations.Count == before;
    }

    /// <summary>The domain's form of a checked context map.</summary>
    public static System.Collections.Immutable.ImmutableSortedDictionary<string, ContextValue> ToContext(MapField<string, Wire.ContextValue> context)
    {
        if (context.Count == 0)
        {
            return ShopperEvent.NoContext;
        }

        var sorted = ShopperEvent.NoContext.ToBuilder();
        foreach (var (key, value) in context)
        {
            sorted[key] = value.KindCase switch
            {
                Wire.ContextValue.KindOneofCase.Text => ContextValue.Of(value.Text),
                Wire.ContextValue.KindOneofCase.Number => ContextValue.Of(value.Number),
                _ => ContextValue.Of(value.Truth),
            };
        }

        return sorted.ToImmutable();
    }

    /// <summary>The grains' form of a checked context map, in order of the keys so that equal requests are equal.</summary>
    public static ContextEntry[] ToEntries(MapField<string, Wire.ContextValue> context)
    {
        if (context.Count == 0)
        {
            return [];
        }

        var entries = new ContextEntry[context.Count];
        var next = 0;
        foreach (var (key, value) in context)
        {
            entries[next++] = value.KindCase switch
            {
                Wire.ContextValue.KindOneofCase.Text => new ContextEntry(key, ContextValueKind.Text, value.Text, 0),
                Wire.ContextValue.KindOneofCase.Number => new ContextEntry(key, ContextValueKind.Number, null, value.Number),
                _ => new ContextEntry(key, ContextValueKind.Boolean, null, value.Truth ? 1 : 0),
            };
        }

        Array.Sort(entries, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        return entries;
    }

    private static void CheckValue(FieldViolations violations, Wire.ContextValue value)
    {
        switch (value.KindCase)
        {
            case Wire.ContextValue.KindOneofCase.Text:
                violations.Length("text", value.Text, 0, MaxTextLength);
                break;
            case Wire.ContextValue.KindOneofCase.Number when !double.IsFinite(value.Number):
                violations.Add("number", $"is {value.Number}; allowed: finite numbers");
                break;
            case Wire.ContextValue.KindOneofCase.None:
                violations.Add(string.Empty, "has no value; allowed: text, number or truth");
                break;
            default:
                break;
        }
    }
}
