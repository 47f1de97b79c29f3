using Personalization.V1;

namespace Personalization.Api.Validation;

/// <summary>Money of the wire (units and nanos) to and from decimal.</summary>
internal static class MoneyMapping
{
    /// <summary>The largest amount, in whatever currency: what is above it is a slip of the pen.</summary>
    public const long MaxUnits = 1_000_000_000_000;

    private const int MaxNanos = 999_999_999;
    private const decimal NanosPerUnit = 1_000_000_000m;

    /// <summary>Checks an amount that may not be negative.</summary>
    /// <param name="violations">Notes what is wrong.</param>
    /// <param name="field">The field.</param>
    /// <param name="value">The amount; null passes.</param>
    /// <param name="maxUnits">The largest amount.</param>
    public static bool NotNegative(this FieldViolations violations, string field, Money? value, long maxUnits = MaxUnits)
    {
        if (!violations.Amount(field, value, maxUnits))
        {
            return false;
        }

        if (value is null or { Units: >= 0, Nanos: >= 0 })
        {
            return true;
        }

        violations.Add(field, $"is negative; allowed: 0 to {maxUnits:#,0}");
        return false;
    }

    /// <summary>Checks an amount that may be negative, such as a margin.</summary>
    public static bool Amount(this FieldViolations violations, string field, Money? value, long maxUnits = MaxUnits)
    {
        if (value is null)
        {
            return true;
        }

        using var _ = violations.In(field);
        var before = violations.Count;
        if (!IsCurrency(value.CurrencyCode))
        {
            violations.Add("currency_code", $"is '{Shorten(value.CurrencyCode)}'; allowed: three capital letters of ISO 4217");
        }

        violations.Range("units", value.Units, -maxUnits, maxUnits);
        if (violations.Range("nanos", value.Nanos, -MaxNanos, MaxNanos) && value.Units != 0 && value.Nanos != 0
            && value.Units > 0 != value.Nanos > 0)
        {
            violations.Add("nanos", $"is {value.Nanos} while units is {value.Units}; allowed: the same sign as units");
        }

        return violations.Count == before;
    }

    /// <summary>Checks that two amounts are in one currency; those that are missing pass.</summary>
    public static bool SameCurrency(this FieldViolations violations, string field, Money? value, string otherField, Money? other)
    {
        if (value is null || other is null || value.CurrencyCode == other.CurrencyCode)
        {
            return true;
        }

        violations.Add(field, $"is in {Shorten(value.CurrencyCode)}; allowed: the currency of {otherField}, {Shorten(other.CurrencyCode)}");
        return false;
    }

    /// <summary>The amount of checked money.</summary>
    public static decimal ToDecimal(this Money value) => value.Units + (value.Nanos / NanosPerUnit);

    /// <summary>Money of an amount; rounded half to even at a billionth.</summary>
    public static Money ToMoney(decimal amount, string currency)
    {
        var rounded = decimal.Round(amount, 9);
        var units = decimal.Truncate(rounded);
        return new Money { CurrencyCode = currency, Units = (long)units, Nanos = (int)((rounded - units) * NanosPerUnit) };
    }

    /// <summary>Whether some text has the form of an ISO 4217 code.</summary>
    public static bool IsCurrency(string code) => code is [>= 'A' and <= 'Z', >= 'A' and <= 'Z', >= 'A' and <= 'Z'];

    private static string Shorten(string code) => code.Length <= 8 ? code : code[..8] + "...";
}
