using System.Collections.Immutable;
using Personalization.Domain.Validation;

namespace Personalization.Domain.Interventions;

/// <summary>What interventions cost, may cost, and how often they may come.</summary>
public sealed record InterventionOptions
{
    /// <summary>What it costs to offer help, in the cart's currency; 0 to 1,000. Default 0.05.</summary>
    public double HelpCost { get; init; } = 0.05;

    /// <summary>What it costs to ask: patience, mostly; 0 to 1,000. Default 0.10.</summary>
    public double SurveyCost { get; init; } = 0.10;

    /// <summary>What a perk costs when the shopper buys; 0 to 1,000. Default 2.</summary>
    public double PerkCost { get; init; } = 2;

    /// <summary>What a person's time costs; 0 to 1,000. Default 3.</summary>
    public double HumanCost { get; init; } = 3;

    /// <summary>Discounts that may be offered, in percent of the cart, each in (0, 90]; the largest that the margin bears is taken.</summary>
    public ImmutableArray<double> DiscountPercents { get; init; } = [15, 10, 5];

    /// <summary>The share of the cart's value that must be left as margin after a perk or discount, [0, 1]. Default 0.10.</summary>
    public double MarginFloor { get; init; } = 0.10;

    /// <summary>What perks and discounts may cost in all, per day, in the cart's currency; above 0. Default 10,000.</summary>
    public double DailyBudget { get; init; } = 10_000;

    /// <summary>Interventions other than nothing per shopper in 24 hours, 0 to 100. Default 3.</summary>
    public int DailyCap { get; init; } = 3;

    /// <summary>Time between two interventions of the same kind for one shopper, 0 to 90 days. Default 6 hours.</summary>
    public TimeSpan Cooldown { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Confidence of the profile below which nothing is done, [0, 1]. Default 0.10.</summary>
    public double MinConfidence { get; init; } = 0.10;

    /// <summary>Share of shoppers who are always left alone, [0, 0.5]. Default 0.05.</summary>
    public double HoldoutShare { get; init; } = 0.05;

    /// <summary>β of the exploration: how wide "close to the best" is, in standard deviations of the difference; (0, 3]. Default 0.5.</summary>
    public double Exploration { get; init; } = 0.5;

    /// <summary>Least probability, over all eligible actions together, that goes evenly to each; [0, 0.5]. Default 0.02.</summary>
    public double Floor { get; init; } = 0.02;

    /// <summary>Probability of a purchase when nothing is done, before anything is known; (0, 1). Default 0.30.</summary>
    public double PriorConversion { get; init; } = 0.30;

    /// <summary>How many shoppers' worth of evidence the prior is; 1 to 10,000. Default 20.</summary>
    public double PriorWeight { get; init; } = 20;

    /// <summary>How many shoppers' worth of evidence an action's overall rate is to one of its contexts; 1 to 10,000. Default 30.</summary>
    public double ContextWeight { get; init; } = 30;

    /// <summary>
    /// How much a shopper's own intent counts against the rate of purchases in their context, [0, 1]; 0: not at all. Default 0.5:
    /// the one was learned from another shop, the other from few shoppers.
    /// </summary>
    public double IntentWeight { get; init; } = 0.5;

    /// <summary>How long outcomes teach after their decision, 1 minute to 90 days. Default 1 day.</summary>
    public TimeSpan OutcomeWindow { get; init; } = TimeSpan.FromDays(1);

    /// <summary>What is wrong with the options; empty when nothing is.</summary>
    public ImmutableArray<FieldProblem> Validate()
    {
        var check = new RangeCheck();
        check.Number(nameof(HelpCost), HelpCost, 0, 1000);
        check.Number(nameof(SurveyCost), SurveyCost, 0, 1000);
        check.Number(nameof(PerkCost), PerkCost, 0, 1000);
        check.Number(nameof(HumanCost), HumanCost, 0, 1000);
        check.Number(nameof(MarginFloor), MarginFloor, 0, 1);
        check.Number(nameof(DailyBudget), DailyBudget, double.Epsilon, 1e12);
        check.Number(nameof(DailyCap), DailyCap, 0, 100);
        check.Time(nameof(Cooldown), Cooldown, TimeSpan.Zero, TimeSpan.FromDays(90));
        check.Number(nameof(MinConfidence), MinConfidence, 0, 1);
        check.Number(nameof(HoldoutShare), HoldoutShare, 0, 0.5);
        check.Number(nameof(Exploration), Exploration, 1e-6, 3);
        check.Number(nameof(Floor), Floor, 0, 0.5);
        check.Number(nameof(PriorConversion), PriorConversion, 1e-6, 1 - 1e-6);
        check.Number(nameof(PriorWeight), PriorWeight, 1, 10_000);
        check.Number(nameof(ContextWeight), ContextWeight, 1, 10_000);
        check.Number(nameof(IntentWeight), IntentWeight, 0, 1);
        check.Time(nameof(OutcomeWindow), OutcomeWindow, TimeSpan.FromMinutes(1), TimeSpan.FromDays(90));
        for (var i = 0; i < DiscountPercents.Length; i++)
        {
            check.Number($"{nameof(DiscountPercents)}[{i}]", DiscountPercents[i], 1e-6, 90);
        }

        return check.Problems;
    }
}
