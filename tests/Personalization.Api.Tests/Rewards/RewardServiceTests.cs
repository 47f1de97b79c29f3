using Grpc.Core;
using NSubstitute;
using Personalization.Api.Tests.Fakes;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Rewards;
using Personalization.Grains.Recommendations;

namespace Personalization.Api.Tests.Rewards;

public sealed class RewardServiceTests
{
    private static readonly UserKey s_ada = UserKey.Known("ada");

    [Fact]
    public async Task ReportOutcomes_ByToken_ReachesTheLog()
    {
        await using var host = await ApiHost.StartAsync();
        var purchase = Outcome("o1", Token(host));
        purchase.Kind = Wire.OutcomeKind.Purchase;
        purchase.Revenue = new Wire.Money { CurrencyCode = "EUR", Units = 30 };
        purchase.Margin = new Wire.Money { CurrencyCode = "EUR", Units = 9 };

        var response = await host.Rewards.ReportOutcomesAsync(new Wire.ReportOutcomesRequest { Outcomes = { purchase } });

        Assert.Equal(Wire.OutcomeStatus.Accepted, response.Results.Single().Status);
        var logged = host.Parts.Log.Events.Single();
        Assert.Equal((s_ada, "p9", "outcome:o1"), (logged.User, logged.ProductId, logged.EventId));
        Assert.Equal(new RecommendationOutcomePayload("d1", OutcomeKind.Purchase, 2, 30, 9, "EUR"), logged.Payload);
        Assert.NotEmpty(response.ConsistencyToken);
    }

    [Fact]
    public async Task ReportOutcomes_Again_IsDuplicateAndWithAnotherBodyRejected()
    {
        await using var host = await ApiHost.StartAsync();
        var changed = Outcome("o1", Token(host));
        changed.Position = 3;
        await host.Rewards.ReportOutcomesAsync(new Wire.ReportOutcomesRequest { Outcomes = { Outcome("o1", Token(host)) } });

        var response = await host.Rewards.ReportOutcomesAsync(new Wire.ReportOutcomesRequest { Outcomes = { Outcome("o1", Token(host)), changed } });

        Assert.Equal([Wire.OutcomeStatus.Duplicate, Wire.OutcomeStatus.Rejected], response.Results.Select(static r => r.Status));
        Assert.Equal((int)StatusCode.AlreadyExists, response.Results[1].Error.Code);
    }

    [Fact]
    public async Task ReportOutcomes_OldToken_IsLateAndDurable()
    {
        await using var host = await ApiHost.StartAsync();

        var response = await host.Rewards.ReportOutcomesAsync(
            new Wire.ReportOutcomesRequest { Outcomes = { Outcome("o1", Token(host, TimeSpan.FromDays(15))) } });

        Assert.Equal(Wire.OutcomeStatus.Late, response.Results.Single().Status);
        Assert.Single(host.Parts.Log.Events);
    }

    [Fact]
    public async Task ReportOutcomes_WithoutConsent_AreRejectedAndCounted()
    {
        await using var host = await ApiHost.StartAsync();
        using var dropped = new Counted(Grains.Operations.EngineMeters.PayloadsWithoutConsent);
        await host.Profiles.SetConsentAsync(new Wire.SetConsentRequest
        {
            Shopper = new Wire.Shopper { UserId = "ada" },
            Changes = { new Wire.ConsentState { Modality = Wire.Modality.Behaviour, Granted = false } },
        });

        var response = await host.Rewards.ReportOutcomesAsync(
            new Wire.ReportOutcomesRequest { Outcomes = { Outcome("o1", Token(host)), Outcome("o2", Token(host)) } });

        Assert.Equal([Wire.OutcomeStatus.Rejected, Wire.OutcomeStatus.Rejected], response.Results.Select(static r => r.Status));
        Assert.True(dropped.Sum >= 2);
    }

    [Fact]
    public async Task ReportOutcomes_TooFarBehind_AreRefusedWithADelayAndTakeNothing()
    {
        await using var host = await ApiHost.StartAsync(static options => options.MaxEventsBehind = 1000);
        await host.FallBehindAsync(1001);
        var logged = host.Parts.Log.Events.Count;

        var (code, info, _, retry) = await ApiHost.RefusalAsync(
            () => host.Rewards.ReportOutcomesAsync(new Wire.ReportOutcomesRequest { Outcomes = { Outcome("o1", Token(host)) } }).ResponseAsync);

        Assert.Equal((StatusCode.ResourceExhausted, "TOO_FAR_BEHIND"), (code, info.Reason));
        Assert.True(retry!.RetryDelay.ToTimeSpan() > TimeSpan.Zero);
        Assert.Equal(logged, host.Parts.Log.Events.Count);
    }

    [Theory]
    [InlineData(DecisionStanding.Open, Wire.OutcomeStatus.Accepted)]
    [InlineData(DecisionStanding.Closed, Wire.OutcomeStatus.Late)]
    [InlineData(DecisionStanding.Unknown, Wire.OutcomeStatus.Accepted)]
    public async Task ReportOutcomes_ByToken_IsAcceptedUnlessTheGrainHasLetTheDecisionGo(DecisionStanding standing, Wire.OutcomeStatus status)
    {
        var grain = Substitute.For<IUserRecommendationGrain>();
        grain.FindDecisions(default!).ReturnsForAnyArgs([standing]);
        await using var host = await ApiHost.StartAsync(grains: g => g.GetGrain<IUserRecommendationGrain>("u:ada").Returns(grain));

        var response = await host.Rewards.ReportOutcomesAsync(new Wire.ReportOutcomesRequest { Outcomes = { Outcome("o1", Token(host)) } });

        Assert.Equal(status, response.Results.Single().Status);
        Assert.Single(host.Parts.Log.Events);
    }

    [Fact]
    public async Task ReportOutcomes_ById_AsksEachShoppersGrainOnce()
    {
        var grain = Substitute.For<IUserRecommendationGrain>();
        grain.FindDecisions(default!).ReturnsForAnyArgs([DecisionStanding.Open, DecisionStanding.Unknown, DecisionStanding.Closed]);
        await using var host = await ApiHost.StartAsync(grains: g => g.GetGrain<IUserRecommendationGrain>("u:ada").Returns(grain));

        var response = await host.Rewards.ReportOutcomesAsync(
            new Wire.ReportOutcomesRequest { Outcomes = { ById("o1", "d1"), ById("o2", "d2"), ById("o3", "d3") } });

        Assert.Equal(
            [Wire.OutcomeStatus.Accepted, Wire.OutcomeStatus.UnknownDecision, Wire.OutcomeStatus.Late], response.Results.Select(static r => r.Status));
        await grain.Received(1).FindDecisions(Arg.Is<string[]>(static ids => ids.SequenceEqual(new[] { "d1", "d2", "d3" })));
        Assert.Equal(2, host.Parts.Log.Events.Count);
    }

    public static TheoryData<string, Action<Wire.Outcome>> Spoiled => new()
    {
        { "outcomes[0].outcome_id", static o => o.OutcomeId = "" },
        { "outcomes[0].product_id", static o => o.ProductId = "" },
        { "outcomes[0].kind", static o => o.Kind = 0 },
        { "outcomes[0].kind", static o => o.Kind = (Wire.OutcomeKind)7 },
        { "outcomes[0].position", static o => o.Position = 101 },
        { "outcomes[0].attribution_token", static o => o.AttributionToken = "AAAA" },
        { "outcomes[0].attribution_token", static o => o.AttributionToken = "" },
        { "outcomes[0].decision_id", static o => o.DecisionId = "d2" },
        { "outcomes[0].revenue", static o => o.Revenue = new Wire.Money { CurrencyCode = "EUR", Units = 1 } },
        { "outcomes[0].occurred_at", static o => o.OccurredAt = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(Replies.At.AddYears(90)) },
    };

    [Theory]
    [MemberData(nameof(Spoiled))]
    public async Task ReportOutcomes_FieldOutOfRange_IsRejectedAndNamesIt(string field, Action<Wire.Outcome> spoil)
    {
        await using var host = await ApiHost.StartAsync();
        var outcome = Outcome("o1", Token(host));
        spoil(outcome);

        var response = await host.Rewards.ReportOutcomesAsync(new Wire.ReportOutcomesRequest { Outcomes = { outcome } });

        Assert.Equal(Wire.OutcomeStatus.Rejected, response.Results.Single().Status);
        Assert.StartsWith($"{field}: ", response.Results[0].Error.Message, StringComparison.Ordinal);
        Assert.Empty(host.Parts.Log.Events);
    }

    private static string Token(ApiHost host, TimeSpan age = default) =>
        host.Parts.Signer.Sign(new AttributionToken("d1", s_ada, TimeProvider.System.GetUtcNow() - age, 4));

    private static Wire.Outcome Outcome(string id, string token) =>
        new() { OutcomeId = id, AttributionToken = token, ProductId = "p9", Kind = Wire.OutcomeKind.Click, Position = 2 };

    private static Wire.Outcome ById(string id, string decisionId) => new()
    {
        OutcomeId = id, DecisionId = decisionId, Shopper = new Wire.Shopper { UserId = "ada" }, ProductId = "p9", Kind = Wire.OutcomeKind.Click,
    };
}
