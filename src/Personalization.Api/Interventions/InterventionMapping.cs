using Google.Protobuf.WellKnownTypes;
using Personalization.Api.Validation;
using Personalization.Domain.Ingestion;
using Personalization.Grains.Interventions;

namespace Personalization.Api.Interventions;

/// <summary>Requests for decisions to the grains, and decisions to the wire. Actions have the same numbers in both.</summary>
internal static class InterventionMapping
{
    /// <summary>The grain's form of a checked request.</summary>
    public static DecideCommand ToCommand(Wire.DecideRequest request, long minOffset) => new()
    {
        Touchpoint = (Touchpoint)request.Touchpoint,
        Cart = [.. request.Cart.Select(static l => new CartLineMessage(l.ProductId, l.Quantity, l.UnitPrice?.ToDecimal()))],
        Context = ContextRules.ToEntries(request.Context),
        AllowedActions = [.. request.AllowedActions.Select(static a => (int)a)],
        MinOffset = minOffset,
        RequestId = request.RequestId,
        SessionId = request.Shopper.SessionId,
    };

    /// <summary>The wire's form of a decision.</summary>
    /// <param name="reply">The decision.</param>
    /// <param name="explain">Whether to tell how every action was weighed.</param>
    /// <param name="took">Time taken.</param>
    public static Wire.DecideResponse ToWire(InterventionReply reply, bool explain, TimeSpan took)
    {
        var response = new Wire.DecideResponse
        {
            DecisionId = reply.DecisionId,
            AttributionToken = reply.AttributionToken,
            Action = (Wire.InterventionAction)reply.Action,
            DiscountPercent = reply.DiscountPercent,
            ExpectedValue = reply.ExpectedValue,
            Propensity = reply.Propensity,
            Reason = reply.Reason,
            NeedsHumanReview = reply.NeedsHumanReview,
            Versions = ReplyMapping.Versions(reply.PolicyVersion, reply.ModelVersions, reply.Experiment, reply.CatalogVersion),
            ProfileAsOf = ReplyMapping.AsOf(reply.Partition, reply.Offset, reply.OccurredAt),
            Took = Duration.FromTimeSpan(took),
            Replayed = reply.Replayed,
            PurchaseIntentBy = reply.PurchaseIntentBy,
        };
        if (reply.PurchaseIntent is { } intent)
        {
            response.PurchaseIntent = intent;
        }

        ReplyMapping.Add(response.Degraded, reply.Degraded);
        if (explain)
        {
            response.Assessments.Add(reply.Assessments.Select(ToWire));
        }

        return response;
    }

    private static Wire.ActionAssessment ToWire(AssessmentMessage assessment) => new()
    {
        Action = (Wire.InterventionAction)assessment.Action,
        Eligible = assessment.Eligible,
        Reason = assessment.Reason,
        ConversionProbability = assessment.ConversionProbability,
        ExpectedValue = assessment.ExpectedValue,
        Uncertainty = assessment.Uncertainty,
        Propensity = assessment.Propensity,
    };
}
