using System.Diagnostics;
using Personalization.Client;
using Personalization.LoadTest.Arms;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Shoppers;
using Personalization.V1;

namespace Personalization.LoadTest.Driving;

/// <summary>Takes the cart to the checkout, lets the engine step in, and buys or leaves.</summary>
internal sealed class Checkout(Visit visit)
{
    private readonly SimulatedShopper _shopper = visit.Shopper;
    private readonly World _world = visit.World;

    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        if (_shopper.Cart.Count == 0 || !_shopper.Rng.Chance(0.7))
        {
            return;
        }

        var step = Events.Did(BehaviourAction.CheckoutStep, string.Empty, Touchpoint.Checkout);
        step.Behaviour.Term = "payment";
        step.Behaviour.Depth = 0.6f;
        await visit.TrackAsync(step, cancellationToken);

        var decision = await DecideAsync(cancellationToken);
        var (accepted, effect) = InterventionModel.Respond(_shopper, decision.Action);
        var discount = decision.Action == InterventionAction.Discount ? decision.DiscountPercent : 0;
        var buys = _shopper.Rng.Chance(ChoiceModel.Buy(_shopper, effect, discount));
        var (revenue, margin) = buys ? await BuyAsync(discount, cancellationToken) : await LeaveAsync(cancellationToken);
        await ReportAsync(decision, accepted, buys, revenue, margin, cancellationToken);
        _shopper.Cart.Clear();
    }

    private async ValueTask<DecideResponse> DecideAsync(CancellationToken cancellationToken)
    {
        var question = new DecideRequest { Touchpoint = Touchpoint.Checkout };
        foreach (var entry in _shopper.Cart.DistinctBy(e => e.Item.Index))
        {
            question.Cart.Add(new CartLine
            {
                ProductId = entry.Item.ProductId,
                Quantity = _shopper.Cart.Count(e => e.Item == entry.Item),
                UnitPrice = Amounts.Of(entry.Item.Price, Item.Currency),
            });
        }

        var started = Stopwatch.GetTimestamp();
        var decision = await visit.Session.DecideAsync(question, cancellationToken);
        _world.Record.Decide.RecordSince(started);
        _world.Interventions.Decided(decision);
        return decision;
    }

    private async ValueTask<(decimal Revenue, decimal Margin)> BuyAsync(double discountPercent, CancellationToken cancellationToken)
    {
        decimal revenue = 0, margin = 0;
        var outcomes = new List<Outcome>(_shopper.Cart.Count);
        foreach (var (item, origin) in _shopper.Cart)
        {
            var paid = decimal.Round(item.Price * (1 - ((decimal)discountPercent / 100)), 2);
            var kept = decimal.Round(item.Price * (decimal)item.MarginRate, 2);
            (revenue, margin) = (revenue + paid, margin + kept);
            var (money, keeps) = (Amounts.Of(paid, Item.Currency), Amounts.Of(Math.Min(paid, kept), Item.Currency));
            await visit.PostAsync(Events.Sale(BehaviourAction.Purchase, item.ProductId, money, keeps), cancellationToken);
            if (origin is not null)
            {
                outcomes.Add(origin.Slate.Sale(OutcomeKind.Purchase, origin.Shown, money, keeps));
            }

            Own(item, origin, paid);
        }

        await visit.ReportAsync(outcomes, cancellationToken);
        _shopper.Mood.Move(0.15, 0.1);
        return (revenue, margin);
    }

    private void Own(Item item, Origin? origin, decimal paid)
    {
        _world.Popularity.Observe(item, PopularityArm.PurchaseWeight);
        _world.ArmRecord.Bought(_shopper, paid);
        _shopper.Purchased.Add(item.Index);
        _shopper.Owned.Add(new Possession(item, ChoiceModel.Satisfaction(_shopper, item)) { Bought = true, Paid = paid, Origin = origin });
    }

    private async ValueTask<(decimal Revenue, decimal Margin)> LeaveAsync(CancellationToken cancellationToken)
    {
        _shopper.Mood.Move(-0.05);
        await visit.PostAsync(Events.Did(BehaviourAction.Abandon, string.Empty, Touchpoint.Checkout), cancellationToken);
        return (0, 0);
    }

    private async ValueTask ReportAsync(
        DecideResponse decision, bool accepted, bool buys, decimal revenue, decimal margin, CancellationToken cancellationToken)
    {
        var cost = decision.Action switch
        {
            InterventionAction.Human when accepted => InterventionModel.HumanCost,
            InterventionAction.Perk when buys => InterventionModel.PerkCost,
            InterventionAction.Discount when buys => decimal.Round(revenue / (1 - ((decimal)Math.Min(99, decision.DiscountPercent) / 100)), 2) - revenue,
            _ => 0m,
        };
        _world.Interventions.Ended(decision.Action, accepted, buys, margin - cost);
        if (!_shopper.Manner.Personalised)
        {
            // A shop that respects the refusal tells nothing of what this shopper did.
            return;
        }

        var outcome = new ReportOutcomeRequest
        {
            OutcomeId = $"{decision.DecisionId}.end",
            AttributionToken = decision.AttributionToken,
            Shown = decision.Action is not (InterventionAction.Nothing or InterventionAction.Unspecified),
            Accepted = accepted,
            Converted = buys,
            Revenue = buys ? Amounts.Of(revenue, Item.Currency) : null,
            Margin = buys ? Amounts.Of(margin, Item.Currency) : null,
            Cost = Amounts.Of(cost, Item.Currency),
        };
        var answer = await visit.Session.ReportInterventionAsync(outcome, cancellationToken);
        if (answer.Status is not ("ACCEPTED" or "DUPLICATE" or "LATE"))
        {
            _world.Record.Error($"intervention outcome {answer.Status}");
        }
    }
}
