using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using Personalization.Api.Tests.Fakes;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Rewards;

namespace Personalization.Api.Tests.Rewards.Evaluation;

public sealed class EvaluationServiceTests
{
    private const int Decisions = 6000;
    private static readonly LinMed s_logging = new(1, 0.3);
    private readonly MemoryDecisionLog _log = new();
    private readonly FakeTimeProvider _time = new(SimulatedShop.Start.AddDays(30));

    public static TheoryData<string, Wire.TargetPolicy, IExplorationRule> Targets => new()
    {
        { "uniform", new() { Uniform = new() }, new UniformRule() },
        { "greedy", new() { Greedy = new() }, new Greedy() },
        { "epsilon_greedy", new() { EpsilonGreedy = new() { Epsilon = 0.2 } }, new EpsilonGreedy(0.2) },
        { "linmed", new() { Linmed = new() { Beta = 0.5, Floor = 0.1 } }, new LinMed(0.5, 0.1) },
        { "squarecb", new() { Squarecb = new() { Gamma = 20, Floor = 0.05 } }, new SquareCb(20, 0.05) },
    };

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task EvaluatePolicy_LogOfKnownTruth_IntervalsHoldWhatTheRuleIsWorth(string name, Wire.TargetPolicy target, IExplorationRule rule)
    {
        var shop = new SimulatedShop(s_logging);
        await using var host = await StartAsync(shop.Log(Decisions));

        var response = await host.Evaluations.EvaluatePolicyAsync(Request(target));

        var truth = shop.ValueOf(rule);
        Assert.True(Holds(response.Slates.Sequential, truth), $"{name}: {response.Slates.Sequential} does not hold {truth}.");
        Assert.True(Holds(response.Slates.SequentialBernstein, truth));
        Assert.True(Holds(response.Slates.ConfidenceSequence, truth));
        Assert.True(Holds(response.Slates.OnPolicy, shop.ValueOf(s_logging)));
        Assert.True(Holds(response.Slates.Difference, truth - shop.ValueOf(s_logging)));
        Assert.InRange(response.Slates.Sequential.High - response.Slates.Sequential.Low, 0.001, 0.15);
        Assert.InRange(response.Slates.Weights.MeanWeight, 0.9, 1.1);
        Assert.Equal((Decisions, Decisions / 4, Decisions), (response.Slates.Slates, response.Slates.Users, response.Counts.Evaluated));
        Assert.False(response.Truncated);
    }

    /// <summary>With one slot a slate is a decision, and all estimators are of the same value.</summary>
    [Theory]
    [MemberData(nameof(Targets))]
    public async Task EvaluatePolicy_OneSlot_EveryEstimatorHoldsWhatTheRuleIsWorth(string name, Wire.TargetPolicy target, IExplorationRule rule)
    {
        var shop = new SimulatedShop(s_logging);
        await using var host = await StartAsync(shop.Log(Decisions));
        var request = Request(target);
        request.MaxSlots = 1;

        var slots = (await host.Evaluations.EvaluatePolicyAsync(request)).Slots;

        var probabilities = new double[4];
        rule.Fill(shop.Scores, [0.02f, 0.01f, 0.03f, 0.02f], probabilities);
        var truth = probabilities.Zip(shop.ClickRates, static (p, r) => p * r).Sum();
        foreach (var estimate in (Wire.PolicyEstimate[])[slots.Ips, slots.IpsBernstein, slots.Snips, slots.DoublyRobust, slots.SwitchDoublyRobust])
        {
            Assert.True(Holds(estimate, truth), $"{name}: {estimate} does not hold {truth}.");
        }

        Assert.Equal(Decisions, slots.Slots);
    }

    [Fact]
    public async Task EvaluatePolicy_ScoresThatAreRight_FollowingThemIsBetter()
    {
        await using var host = await StartAsync(new SimulatedShop(s_logging).Log(Decisions));
        var response = await host.Evaluations.EvaluatePolicyAsync(Request(new() { EpsilonGreedy = new() { Epsilon = 0.1 } }));
        Assert.Equal((Wire.PolicyVerdict.Better, 0), (response.Verdict, response.RefusalReasons.Count));
        Assert.True(response.Slates.Difference.Low > 0);
    }

    [Fact]
    public async Task EvaluatePolicy_ScoresThatAreWrong_FollowingThemIsWorse()
    {
        var misled = new SimulatedShop(s_logging) { ClickRates = [0.1, 0.35, 0.3, 0.6] };
        await using var host = await StartAsync(misled.Log(Decisions));
        var response = await host.Evaluations.EvaluatePolicyAsync(Request(new() { Greedy = new() }));
        Assert.Equal(Wire.PolicyVerdict.Worse, response.Verdict);
    }

    [Fact]
    public async Task EvaluatePolicy_TheLoggingRuleItself_MakesNoDifference()
    {
        await using var host = await StartAsync(new SimulatedShop(s_logging).Log(Decisions));
        var response = await host.Evaluations.EvaluatePolicyAsync(Request(new() { Linmed = new() { Beta = 1, Floor = 0.3 } }));
        Assert.Equal(Wire.PolicyVerdict.NoDifference, response.Verdict);
        Assert.Equal(1, response.Slates.Weights.MaxWeight, 1e-6);
        Assert.Equal(Decisions, response.Slates.Weights.EffectiveSampleSize, 1e-3);
    }

    [Fact]
    public async Task EvaluatePolicy_FewDecisions_RefusesAVerdictAndTellsTheEstimates()
    {
        await using var host = await StartAsync(new SimulatedShop(s_logging).Log(150));
        var response = await host.Evaluations.EvaluatePolicyAsync(Request(new() { Uniform = new() }));
        Assert.Equal(Wire.PolicyVerdict.Refused, response.Verdict);
        Assert.Equal(
            [Wire.RefusalReason.TooFewEffectiveSamples, Wire.RefusalReason.TooFewRewards], response.RefusalReasons);
        Assert.Equal(150, response.Slates.Slates);
    }

    [Fact]
    public async Task EvaluatePolicy_PropensitiesThatAreWrong_AreNoticed()
    {
        await using var host = await StartAsync(new SimulatedShop(s_logging) { PropensitiesOff = 0.7 }.Log(Decisions));
        var response = await host.Evaluations.EvaluatePolicyAsync(Request(new() { Uniform = new() }));
        Assert.Equal(Wire.PolicyVerdict.Refused, response.Verdict);
        Assert.Equal([Wire.RefusalReason.WeightsOff], response.RefusalReasons);
    }

    [Fact]
    public async Task EvaluatePolicy_CandidatesNotLogged_SaysSoAndEstimatesNothing()
    {
        var shownOnly = Enumerable.Range(0, 50).Select(static i => SimulatedShop.Line(i, 1, 0, 0.5, clicked: true, candidates: null));
        await using var host = await StartAsync(shownOnly);
        var response = await host.Evaluations.EvaluatePolicyAsync(Request(new() { Uniform = new() }));
        Assert.Equal(Wire.PolicyVerdict.Refused, response.Verdict);
        Assert.Equal((50L, 0L, 50L), (response.Counts.Read, response.Counts.Evaluated, response.Counts.WithoutCandidates));
        Assert.Null(response.Slates);
        Assert.Null(response.Slots);
    }

    [Fact]
    public async Task EvaluatePolicy_MoreDecisionsThanMayBeHeld_SaysSo()
    {
        await using var host = await StartAsync(new SimulatedShop(s_logging).Log(Decisions));
        var request = Request(new() { Uniform = new() });
        request.MaxDecisions = 1000;
        var response = await host.Evaluations.EvaluatePolicyAsync(request);
        Assert.True(response.Truncated);
        Assert.Equal(1000, response.Counts.Evaluated);
        Assert.InRange(response.Counts.LinesBeyondCap, Decisions - 1000, 2 * (Decisions - 1000));
    }

    [Fact]
    public async Task EvaluatePolicy_WindowsThatAreOpen_AreLeftOutUntilTheyClose()
    {
        await using var host = await StartAsync(new SimulatedShop(s_logging).Log(40));
        var request = Request(new() { Uniform = new() });
        _time.AdjustTime(SimulatedShop.Start.AddMinutes(50));
        var early = (await host.Evaluations.EvaluatePolicyAsync(request)).Counts;
        _time.Advance(TimeSpan.FromMinutes(30));
        var late = (await host.Evaluations.EvaluatePolicyAsync(request)).Counts;
        Assert.Equal((40L, 21L, 19L), (early.Read, early.Evaluated, early.WindowOpen));
        Assert.Equal((40L, 40L, 0L), (late.Read, late.Evaluated, late.WindowOpen));
    }

    [Fact]
    public async Task EvaluatePolicy_SpanOfPartOfTheLog_IsOfThatPart()
    {
        await using var host = await StartAsync(new SimulatedShop(s_logging).Log(100));
        var request = Request(new() { Uniform = new() });
        request.From = Timestamp.FromDateTimeOffset(SimulatedShop.Start.AddMinutes(10));
        request.To = Timestamp.FromDateTimeOffset(SimulatedShop.Start.AddMinutes(30));
        Assert.Equal(20, (await host.Evaluations.EvaluatePolicyAsync(request)).Counts.Read);
    }

    [Fact]
    public async Task EvaluatePolicy_LinesThatCannotBeRead_AreCounted()
    {
        var damaged = new LoggedDecision(
            "d", SimulatedShop.Start.AddHours(1), UserKey.Known("ada"), new DecisionLogLine(0, 1, new byte[] { 99, 1, 2 }).Encode());
        var others = new LoggedDecision("d", SimulatedShop.Start.AddHours(1), UserKey.Known("ada"), new byte[] { 1, 2, 3 });
        await using var host = await StartAsync([damaged, others]);
        var response = await host.Evaluations.EvaluatePolicyAsync(Request(new() { Uniform = new() }));
        Assert.Equal((0L, 1L), (response.Counts.Read, response.Counts.LinesUnreadable));
    }

    [Fact]
    public async Task EvaluatePolicy_SameSeed_IsTheSameAnswer()
    {
        await using var host = await StartAsync(new SimulatedShop(s_logging).Log(500));
        var first = await host.Evaluations.EvaluatePolicyAsync(Request(new() { Uniform = new() }));
        Assert.Equal(first, await host.Evaluations.EvaluatePolicyAsync(Request(new() { Uniform = new() })));
    }

    [Fact]
    public async Task EvaluatePolicy_WhileAnotherIsUnderWay_IsRefusedAndLaterAnswered()
    {
        var ready = new TaskCompletionSource();
        _log.Ready = ready.Task;
        await using var host = await StartAsync(new SimulatedShop(s_logging).Log(10));
        var first = host.Evaluations.EvaluatePolicyAsync(Request(new() { Uniform = new() }));
        await _log.Asked.Task;

        var refusal = await ApiHost.RefusalAsync(async () => await host.Evaluations.EvaluatePolicyAsync(Request(new() { Greedy = new() })));
        ready.SetResult();

        Assert.Equal((StatusCode.ResourceExhausted, "EVALUATION_UNDER_WAY"), (refusal.Code, refusal.Info.Reason));
        Assert.NotNull(refusal.Retry);
        Assert.Equal(10, (await first).Counts.Read);
        Assert.Equal(10, (await host.Evaluations.EvaluatePolicyAsync(Request(new() { Greedy = new() }))).Counts.Read);
    }

    public static TheoryData<string, Action<Wire.EvaluatePolicyRequest>> Spoiled => new()
    {
        { "from", static r => r.From = null },
        { "to", static r => r.To = null },
        { "to", static r => r.To = r.From },
        { "to", static r => r.To = Timestamp.FromDateTimeOffset(SimulatedShop.Start.AddDays(367)) },
        { "from", static r => r.From = new Timestamp { Seconds = long.MaxValue } },
        { "target.rule", static r => r.Target = null },
        { "target.rule", static r => r.Target = new() },
        { "target.epsilon_greedy.epsilon", static r => r.Target = new() { EpsilonGreedy = new() { Epsilon = 1.1 } } },
        { "target.epsilon_greedy.epsilon", static r => r.Target = new() { EpsilonGreedy = new() { Epsilon = double.NaN } } },
        { "target.linmed.beta", static r => r.Target = new() { Linmed = new() } },
        { "target.linmed.floor", static r => r.Target = new() { Linmed = new() { Beta = 1, Floor = -0.1 } } },
        { "target.squarecb.gamma", static r => r.Target = new() { Squarecb = new() { Gamma = -1 } } },
        { "target.squarecb.floor", static r => r.Target = new() { Squarecb = new() { Floor = 2 } } },
        { "measure", static r => r.Measure = Wire.RewardMeasure.Unspecified },
        { "measure", static r => r.Measure = (Wire.RewardMeasure)99 },
        { "max_slots", static r => r.MaxSlots = 11 },
        { "max_slots", static r => r.MaxSlots = -1 },
        { "max_decisions", static r => r.MaxDecisions = 500_001 },
        { "max_decisions", static r => r.MaxDecisions = 99 },
        { "switch_above", static r => r.SwitchAbove = 0.5 },
        { "confidence", static r => r.Confidence = 1 },
        { "confidence", static r => r.Confidence = double.NaN },
        { "resamples", static r => r.Resamples = 99 },
    };

    [Theory]
    [MemberData(nameof(Spoiled))]
    public async Task EvaluatePolicy_FieldOutOfRange_IsInvalidArgumentThatNamesIt(string field, Action<Wire.EvaluatePolicyRequest> spoil)
    {
        await using var host = await StartAsync([]);
        var request = Request(new() { Uniform = new() });
        spoil(request);

        var refusal = await ApiHost.RefusalAsync(async () => await host.Evaluations.EvaluatePolicyAsync(request));

        Assert.Equal(StatusCode.InvalidArgument, refusal.Code);
        Assert.Equal(field, Assert.Single(refusal.Fields!.FieldViolations).Field);
    }

    private async Task<ApiHost> StartAsync(IEnumerable<LoggedDecision> lines)
    {
        await _log.AppendAsync([.. lines], CancellationToken.None);
        return await ApiHost.StartAsync(decisions: _log, time: _time);
    }

    private static Wire.EvaluatePolicyRequest Request(Wire.TargetPolicy target) => new()
    {
        From = Timestamp.FromDateTimeOffset(SimulatedShop.Start),
        To = Timestamp.FromDateTimeOffset(SimulatedShop.Start.AddDays(20)),
        Target = target,
        Measure = Wire.RewardMeasure.Click,
        MaxSlots = 2,
        Confidence = 0.99,
        Resamples = 400,
        Seed = 7,
    };

    private static bool Holds(Wire.PolicyEstimate estimate, double value) => estimate.Low <= value && value <= estimate.High;
}
