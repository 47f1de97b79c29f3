using Personalization.Api.Validation;

namespace Personalization.Api.Rewards;

/// <summary>What the contract asks of an outcome, but for whose it is and when it was.</summary>
internal static class OutcomeRules
{
    private const int MaxPosition = 100;

    /// <summary>Checks an outcome.</summary>
    public static void Check(Wire.Outcome outcome, FieldViolations violations)
    {
        violations.Id("outcome_id", outcome.OutcomeId);
        violations.Id("product_id", outcome.ProductId);
        violations.Stated("kind", outcome.Kind, (int)Wire.OutcomeKind.Dismiss);
        violations.Range("position", outcome.Position, 0, MaxPosition);
        if (outcome.Revenue is null && outcome.Margin is null)
        {
            return;
        }

        if (outcome.Kind is not (Wire.OutcomeKind.Purchase or Wire.OutcomeKind.Return))
        {
            violations.Add(outcome.Revenue is null ? "margin" : "revenue", $"is set for {outcome.Kind}; allowed: only for Purchase and Return");
            return;
        }

        CheckMoney(outcome.Revenue, outcome.Margin, violations);
    }

    /// <summary>Checks a revenue and what of it is kept.</summary>
    public static void CheckMoney(Wire.Money? revenue, Wire.Money? margin, FieldViolations violations)
    {
        violations.NotNegative("revenue", revenue);
        violations.Amount("margin", margin);
        violations.SameCurrency("margin", margin, "revenue", revenue);
        if (revenue is null && margin is not null)
        {
            violations.Add("margin", "is set without revenue; allowed: only with the revenue that it is part of");
        }
    }
}
