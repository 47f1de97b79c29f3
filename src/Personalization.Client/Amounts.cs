using Personalization.V1;

namespace Personalization.Client;

/// <summary>Money between <see cref="decimal"/> and the contract's units and nanos.</summary>
public static class Amounts
{
    private const decimal NanosPerUnit = 1_000_000_000m;

    /// <summary>An amount of money.</summary>
    /// <param name="amount">How much; more than nine decimal places are rounded, half to even.</param>
    /// <param name="currencyCode">ISO 4217, three capital letters.</param>
    /// <exception cref="OverflowException">The whole units do not fit 64 bits.</exception>
    public static Money Of(decimal amount, string currencyCode)
    {
        ArgumentException.ThrowIfNullOrEmpty(currencyCode);
        var rounded = decimal.Round(amount, 9, MidpointRounding.ToEven);
        var units = decimal.Truncate(rounded);
        return new Money
        {
            CurrencyCode = currencyCode,
            Units = decimal.ToInt64(units),
            Nanos = decimal.ToInt32((rounded - units) * NanosPerUnit),
        };
    }

    /// <summary>The amount, in whole units of its currency.</summary>
    /// <param name="money">The money; null: 0.</param>
    public static decimal ToDecimal(this Money? money) => money is null ? 0 : money.Units + (money.Nanos / NanosPerUnit);
}
