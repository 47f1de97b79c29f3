using System.Collections.Immutable;
using Personalization.Domain.Validation;

namespace Personalization.Domain.Products;

/// <summary>How product aggregates weigh and forget.</summary>
public sealed record ProductOptions
{
    /// <summary>Time constant of a product's standing: recipes, sellers and seasons change over months. 1 day to 5 years.</summary>
    public TimeSpan LongTimeConstant { get; init; } = TimeSpan.FromDays(60);

    /// <summary>Time constant of what is going on now, against which trends are told. 1 hour to 1 year; shorter than the long one.</summary>
    public TimeSpan ShortTimeConstant { get; init; } = TimeSpan.FromDays(4);

    /// <summary>What is usual, [−1, 1], where no category says better.</summary>
    public double PriorMean { get; init; }

    /// <summary>How far products' true means stray from what is usual, as a standard deviation: 0.01 to 1.</summary>
    public double PriorDeviation { get; init; } = 0.3;

    /// <summary>How far shoppers' feelings about one product stray from its mean, as a standard deviation: 0.05 to 1.</summary>
    public double Dispersion { get; init; } = 0.5;

    /// <summary>How many sure readings the belief in <see cref="Dispersion"/> is worth against what is seen, 0.1 to 1,000.</summary>
    public double DispersionWeight { get; init; } = 8;

    /// <summary>How far a product's aspects, channels and touchpoints stray from its mean, as a standard deviation: 0.01 to 1.</summary>
    public double SliceDeviation { get; init; } = 0.25;

    /// <summary>How far a product's mean strays from the longer run for a while, as a standard deviation: 0.01 to 1.</summary>
    public double TrendDeviation { get; init; } = 0.2;

    /// <summary>The currency in which revenue is summed, ISO 4217; money in another is counted as such and not summed. Empty: all is summed as it comes.</summary>
    public string ReportingCurrency { get; init; } = string.Empty;
}

/// <summary>The rules that <see cref="ProductOptions"/> must keep.</summary>
public static class ProductOptionsValidator
{
    /// <summary>Checks options.</summary>
    /// <returns>All that is wrong; empty when they are good.</returns>
    public static ImmutableArray<FieldProblem> Validate(ProductOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var check = new RangeCheck();
        check.Time(nameof(options.LongTimeConstant), options.LongTimeConstant, TimeSpan.FromDays(1), TimeSpan.FromDays(1827));
        check.Time(nameof(options.ShortTimeConstant), options.ShortTimeConstant, TimeSpan.FromHours(1), TimeSpan.FromDays(366));
        if (options.LongTimeConstant <= options.ShortTimeConstant)
        {
            check.Add(nameof(options.LongTimeConstant), $"is {options.LongTimeConstant}", $"more than {nameof(options.ShortTimeConstant)}, {options.ShortTimeConstant}");
        }

        check.Number(nameof(options.PriorMean), options.PriorMean, -1, 1);
        check.Number(nameof(options.PriorDeviation), options.PriorDeviation, 0.01, 1);
        check.Number(nameof(options.Dispersion), options.Dispersion, 0.05, 1);
        check.Number(nameof(options.DispersionWeight), options.DispersionWeight, 0.1, 1000);
        check.Number(nameof(options.SliceDeviation), options.SliceDeviation, 0.01, 1);
        check.Number(nameof(options.TrendDeviation), options.TrendDeviation, 0.01, 1);
        if (options.ReportingCurrency is not ("" or [>= 'A' and <= 'Z', >= 'A' and <= 'Z', >= 'A' and <= 'Z']))
        {
            check.Add(nameof(options.ReportingCurrency), $"is '{options.ReportingCurrency}'", "three capital letters of ISO 4217, or empty");
        }

        return check.Problems;
    }
}
