using System.Runtime.CompilerServices;

namespace Personalization.Api.Validation;

/// <summary>The rules that many fields share. Each says whether the field is good and notes the violation when it is not.</summary>
internal static class Rules
{
    /// <summary>The longest id of anything: an event, a user, a product, a session.</summary>
    public const int IdLength = 128;

    /// <summary>Text whose length, in UTF-16 characters, is in a range.</summary>
    public static bool Length(this FieldViolations violations, string field, string value, int min, int max)
    {
        if (value.Length >= min && value.Length <= max)
        {
            return true;
        }

        violations.Add(field, value.Length == 0
            ? $"is empty; allowed: {min} to {max:N0} characters"
            : $"has {value.Length:N0} characters; allowed: {min} to {max:N0}");
        return false;
    }

    /// <summary>An id that must be there.</summary>
    public static bool Id(this FieldViolations violations, string field, string value) => violations.Length(field, value, 1, IdLength);

    /// <summary>An id that may be missing.</summary>
    public static bool OptionalId(this FieldViolations violations, string field, string value) => violations.Length(field, value, 0, IdLength);

    /// <summary>A whole number in a range.</summary>
    public static bool Range(this FieldViolations violations, string field, long value, long min, long max)
    {
        if (value >= min && value <= max)
        {
            return true;
        }

        violations.Add(field, $"is {value}; allowed: {min:N0} to {max:N0}");
        return false;
    }

    /// <summary>A number in a range; what is not a number is in none.</summary>
    public static bool Range(this FieldViolations violations, string field, double value, double min, double max)
    {
        if (value >= min && value <= max)
        {
            return true;
        }

        violations.Add(field, $"is {value}; allowed: {min:#,0.##} to {max:#,0.##}");
        return false;
    }

    /// <summary>How many elements a repeated field or map has.</summary>
    public static bool Count(this FieldViolations violations, string field, int count, int min, int max)
    {
        if (count >= min && count <= max)
        {
            return true;
        }

        violations.Add(field, $"has {count:N0} elements; allowed: {min} to {max:N0}");
        return false;
    }

    /// <summary>An enum value that the contract defines and that is not UNSPECIFIED.</summary>
    public static bool Stated<TEnum>(this FieldViolations violations, string field, TEnum value, int last)
        where TEnum : unmanaged, Enum =>
        violations.EnumIn(field, value, 1, last);

    /// <summary>An enum value that the contract defines, UNSPECIFIED among them.</summary>
    public static bool Defined<TEnum>(this FieldViolations violations, string field, TEnum value, int last)
        where TEnum : unmanaged, Enum =>
        violations.EnumIn(field, value, 0, last);

    private static bool EnumIn<TEnum>(this FieldViolations violations, string field, TEnum value, int first, int last)
        where TEnum : unmanaged, Enum
    {
        // Enums of the wire are 32-bit, and those of the contract have no gaps.
        var number = Unsafe.BitCast<TEnum, int>(value);
        if (number >= first && number <= last)
        {
            return true;
        }

        var problem = number == 0 ? "is not set" : $"is {number}, which is not defined";
        violations.Add(field, $"{problem}; allowed: {(TEnum)(object)first} to {(TEnum)(object)last} ({first} to {last})");
        return false;
    }
}
