namespace Personalization.Domain.Interventions;

/// <summary>
/// How likely a purchase is after each action in each context, with its uncertainty. Immutable; a picture of
/// <see cref="InterventionStatistics"/>.
/// </summary>
/// <remarks>
/// Beta-binomial with two levels of shrinkage (Gelman et al., "Bayesian Data Analysis", 3rd ed., ch. 5, with the upper level's
/// mean plugged in): an action's overall rate is shrunk toward the prior, and its rate in a context toward its overall rate.
/// </remarks>
public sealed class InterventionModel
{
    private readonly double[] _shown;
    private readonly double[] _converted;
    private readonly int _day;
    private readonly double _spent;

    internal InterventionModel(double[] shown, double[] converted, long version, int day, double spent)
    {
        _shown = shown;
        _converted = converted;
        Version = version;
        _day = day;
        _spent = spent;
    }

    /// <summary>A model that has learned nothing.</summary>
    public static InterventionModel Empty { get; } = new InterventionStatistics().ToModel();

    /// <summary>The version of the statistics that it is a picture of.</summary>
    public long Version { get; }

    /// <summary>What perks and discounts have cost on a day, as far as the model knows.</summary>
    public double SpentOn(DateTimeOffset day) => DayOf(day) == _day ? _spent : 0;

    /// <summary>The number of a day, counted from 0001-01-01 UTC.</summary>
    public static int DayOf(DateTimeOffset time) => (int)(time.UtcTicks / TimeSpan.TicksPerDay);

    /// <summary>The probability of a purchase after an action in a context, and its variance.</summary>
    public (double Mean, double Variance) Conversion(InterventionAction action, InterventionContext context, InterventionOptions options)
    {
        double shown = 0;
        double converted = 0;
        for (var c = 0; c < InterventionContext.Count; c++)
        {
            var each = (action.Index() * InterventionContext.Count) + c;
            shown += _shown[each];
            converted += _converted[each];
        }

        var overall = (converted + (options.PriorConversion * options.PriorWeight)) / (shown + options.PriorWeight);
        var cell = InterventionStatistics.CellOf(action, context);

        // The overall rate weighs as much as it has evidence, up to its full weight: with none of its own it is the prior,
        // and as unsure as that.
        var weight = Math.Min(options.ContextWeight, options.PriorWeight + shown);
        var total = _shown[cell] + weight;
        var mean = (_converted[cell] + (overall * weight)) / total;
        return (mean, mean * (1 - mean) / (total + 1));
    }
}
