using Personalization.Api.Validation;
using Personalization.Domain.Ingestion;

namespace Personalization.Api.Interventions;

/// <summary>What the contract asks of a request for a decision.</summary>
internal static class DecideRules
{
    private const int MaxLines = 100;
    private const int MaxQuantity = 10_000;

    /// <summary>Checks a request.</summary>
    /// <returns>Whom it is about, as the caller wrote it; default when that is wrong.</returns>
    public static UserKey Check(Wire.DecideRequest request, FieldViolations violations)
    {
        var user = violations.Shopper("shopper", request.Shopper);
        violations.Defined("touchpoint", request.Touchpoint, (int)Wire.Touchpoint.Notification);
        violations.Context("context", request.Context);
        violations.OptionalId("request_id", request.RequestId);
        violations.Count("allowed_actions", request.AllowedActions.Count, 0, (int)Wire.InterventionAction.Human);
        for (var i = 0; i < request.AllowedActions.Count; i++)
        {
            using var _ = violations.In("allowed_actions", i);
            violations.Stated(string.Empty, request.AllowedActions[i], (int)Wire.InterventionAction.Human);
        }

        CheckCart(request, violations);
        return user;
    }

    private static void CheckCart(Wire.DecideRequest request, FieldViolations violations)
    {
        violations.Count("cart", request.Cart.Count, 0, MaxLines);
        for (var i = 0; i < request.Cart.Count; i++)
        {
            using var _ = violations.In("cart", i);
            var line = request.Cart[i];
            violations.Id("product_id", line.ProductId);
            violations.Range("quantity", line.Quantity, 1, MaxQuantity);
            violations.NotNegative("unit_price", line.UnitPrice);
        }
    }
}
