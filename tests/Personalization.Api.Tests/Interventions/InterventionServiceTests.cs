using Grpc.Core;
using NSubstitute;
using Personalization.Api.Tests.Fakes;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Rewards;
using Personalization.Grains.Interventions;

namespace Personalization.Api.Tests.Interventions;

public sealed class InterventionServiceTests
{
    [Fact]
    public async Task Decide_EveryField_ReachesTheGrainAndComesBack()
    {
        DecideCommand? command = null;
        var grain = Substitute.For<IUserInterventionGrain>();
        grain.Decide(Arg.Do<DecideCommand>(c => command = c), default).ReturnsForAnyArgs(Replies.Intervention());
        await using var host = await ApiHost.StartAsync(grains: g => g.GetGrain<IUserInterventionGrain>("u:ada").Returns(grain));

        var response = await host.Interventions.DecideAsync(Request(explain: true));

        Assert.Equal((Touchpoint.Checkout, "s1"), (command!.Touchpoint, command.SessionId));
        Assert.Equal([new CartLineMessage("p1", 2, 24.9m), new CartLineMessage("p2", 1, null)], command.Cart);
        Assert.Equal([1, 5], command.AllowedActions);
        Assert.Equal((Wire.InterventionAction.Discount, 10.0, 0.6, "EXPECTED_VALUE"),
            (response.Action, response.DiscountPercent, response.Propensity, response.Reason));
        Assert.Equal((0.25, "behaviour@1"), (response.PurchaseIntent, response.PurchaseIntentBy));
        Assert.Equal([Wire.InterventionAction.Nothing, Wire.InterventionAction.Discount], response.Assessments.Select(static a => a.Action));
    }

    [Fact]
    public async Task Decide_WithoutExplain_LeavesTheAssessmentsOut()
    {
        var grain = Substitute.For<IUserInterventionGrain>();
        grain.Decide(default!, default).ReturnsForAnyArgs(Replies.Intervention());
        await using var host = await ApiHost.StartAsync(grains: g => g.GetGrain<IUserInterventionGrain>("u:ada").Returns(grain));

        Assert.Empty((await host.Interventions.DecideAsync(Request(explain: false))).Assessments);
    }

    public static TheoryData<string, Action<Wire.DecideRequest>> Spoiled => new()
    {
        { "shopper", static r => r.Shopper = null },
        { "touchpoint", static r => r.Touchpoint = (Wire.Touchpoint)77 },
        { "cart", static r => r.Cart.Add(Enumerable.Repeat(new Wire.CartLine { ProductId = "p", Quantity = 1 }, 99)) },
        { "cart[0].product_id", static r => r.Cart[0].ProductId = "" },
        { "cart[0].quantity", static r => r.Cart[0].Quantity = 10_001 },
        { "cart[0].unit_price.currency_code", static r => r.Cart[0].UnitPrice.CurrencyCode = "Euro" },
        { "allowed_actions[0]", static r => r.AllowedActions[0] = 0 },
        { "request_id", static r => r.RequestId = new string('x', 129) },
        { "min_consistency_token", static r => r.MinConsistencyToken = "1;2" },
    };

    [Theory]
    [MemberData(nameof(Spoiled))]
    public async Task Decide_FieldOutOfRange_IsInvalidArgumentThatNamesIt(string field, Action<Wire.DecideRequest> spoil)
    {
        await using var host = await ApiHost.StartAsync();
        var request = Request(explain: false);
        spoil(request);

        var (code, _, fields, _) = await ApiHost.RefusalAsync(() => host.Interventions.DecideAsync(request).ResponseAsync);

        Assert.Equal((StatusCode.InvalidArgument, field), (code, Assert.Single(fields!.FieldViolations).Field));
    }

    [Fact]
    public async Task ReportOutcome_ByToken_IsAcceptedThenDuplicate()
    {
        await using var host = await ApiHost.StartAsync();
        var request = new Wire.ReportOutcomeRequest
        {
            OutcomeId = "o1",
            AttributionToken = host.Parts.Signer.Sign(new AttributionToken("i1", UserKey.Known("ada"), TimeProvider.System.GetUtcNow(), 1)),
            Shown = true,
            Accepted = true,
            Converted = true,
            Revenue = new Wire.Money { CurrencyCode = "EUR", Units = 50 },
            Cost = new Wire.Money { CurrencyCode = "EUR", Units = 5 },
        };

        var first = await host.Interventions.ReportOutcomeAsync(request);
        var again = await host.Interventions.ReportOutcomeAsync(request);

        Assert.Equal(("ACCEPTED", "DUPLICATE"), (first.Status, again.Status));
        Assert.Equal(first.ConsistencyToken, again.ConsistencyToken);
        Assert.Equal(new InterventionOutcomePayload("i1", true, true, true, 50, null, 5, "EUR"), host.Parts.Log.Events.Single().Payload);
    }

    [Fact]
    public async Task ReportOutcome_WithoutConsent_IsRefusedAndCounted()
    {
        await using var host = await ApiHost.StartAsync();
        using var dropped = new Counted(Grains.Operations.EngineMeters.PayloadsWithoutConsent);
        await host.Profiles.SetConsentAsync(new Wire.SetConsentRequest
        {
            Shopper = new Wire.Shopper { UserId = "ada" },
            Changes = { new Wire.ConsentState { Modality = Wire.Modality.Behaviour, Granted = false } },
        });
        var logged = host.Parts.Log.Events.Count;

        var (code, info, _, _) = await ApiHost.RefusalAsync(() => host.Interventions.ReportOutcomeAsync(Outcome(host)).ResponseAsync);

        Assert.Equal((StatusCode.FailedPrecondition, "NO_CONSENT"), (code, info.Reason));
        Assert.True(dropped.Sum >= 1);
        Assert.Equal(logged, host.Parts.Log.Events.Count);
    }

    [Fact]
    public async Task ReportOutcome_TooFarBehind_IsRefusedWithADelayAndTakesNothing()
    {
        await using var host = await ApiHost.StartAsync(static options => options.MaxEventsBehind = 1000);
        await host.FallBehindAsync(1001);
        var logged = host.Parts.Log.Events.Count;

        var (code, info, _, retry) = await ApiHost.RefusalAsync(() => host.Interventions.ReportOutcomeAsync(Outcome(host)).ResponseAsync);

        Assert.Equal((StatusCode.ResourceExhausted, "TOO_FAR_BEHIND"), (code, info.Reason));
        Assert.True(retry!.RetryDelay.ToTimeSpan() > TimeSpan.Zero);
        Assert.Equal(logged, host.Parts.Log.Events.Count);
    }

    private static Wire.ReportOutcomeRequest Outcome(ApiHost host) => new()
    {
        OutcomeId = "o1",
        AttributionToken = host.Parts.Signer.Sign(new AttributionToken("i1", UserKey.Known("ada"), TimeProvider.System.GetUtcNow(), 1)),
        Shown = true,
    };

    [Fact]
    public async Task ReportOutcome_RevenueWithoutConversion_IsInvalidArgument()
    {
        await using var host = await ApiHost.StartAsync();

        var (_, _, fields, _) = await ApiHost.RefusalAsync(() => host.Interventions.ReportOutcomeAsync(new Wire.ReportOutcomeRequest
        {
            OutcomeId = "o1", DecisionId = "i1", Shopper = new Wire.Shopper { UserId = "ada" }, Revenue = new Wire.Money { CurrencyCode = "EUR", Units = 1 },
        }).ResponseAsync);

        Assert.Equal("revenue", fields!.FieldViolations.Single().Field);
    }

    private static Wire.DecideRequest Request(bool explain) => new()
    {
        Shopper = new Wire.Shopper { UserId = "ada", SessionId = "s1" },
        Touchpoint = Wire.Touchpoint.Checkout,
        Cart =
        {
            new Wire.CartLine { ProductId = "p1", Quantity = 2, UnitPrice = new Wire.Money { CurrencyCode = "EUR", Units = 24, Nanos = 900_000_000 } },
            new Wire.CartLine { ProductId = "p2", Quantity = 1 },
        },
        AllowedActions = { Wire.InterventionAction.Nothing, Wire.InterventionAction.Discount },
        Explain = explain,
    };
}
