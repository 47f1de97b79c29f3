using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;
using Personalization.Api.Recommendations;
using Personalization.Api.Tests.Fakes;
using Personalization.Api.Tests.Rewards.Evaluation;
using Personalization.Domain.Recommendations.Modes;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Rewards;
using Personalization.Grains.Recommendations;

namespace Personalization.Api.Tests.Recommendations;

/// <summary>Who decides, and what stands in the policy's shadow, over the wire.</summary>
public sealed class PolicyModeTests
{
    private const int Decisions = 6000;
    private static readonly LinMed s_logging = new(1, 0.3);
    private static readonly LinMed s_shadow = new(0.5, 0.1);

    private static readonly ShadowReportMessage s_standing = new()
    {
        Number = 7, Since = SimulatedShop.Start, HasModel = true, Exploration = "linmed", Share = 0.5, Observations = 12,
        Decisions = 9, Agreement = 0.75, MeanReward = 0.25, MeanRewardWhenAgreeing = 0.5,
    };

    private static readonly PolicyReportMessage s_report = new()
    {
        Version = "hybrid-ridge@7", Observations = 5, Misfits = 1, Products = 3, MeanReward = 0.25, ItemLambda = 50, LambdaChanges = 2,
        Examination = [1], Alarms = 0, AlarmedAt = 0, AlarmScore = 0, HasPrevious = false, Shadow = s_standing, Exploration = "greedy",
    };

    private static readonly PolicyReportMessage s_apprentice = s_report with
    {
        Mode = PolicyMode.Apprentice, Exit = new ApprenticeExitMessage(500, 0.6, 0.9),
    };

    private readonly IPolicyGrain _policy = Substitute.For<IPolicyGrain>();
    private readonly MemoryDecisionLog _log = new();

    [Fact]
    public async Task GetPolicyStatus_ShadowAndMode_AreTold()
    {
        _policy.Report().Returns(s_apprentice);
        await using var host = await StartAsync();
        var status = (await Client(host).GetPolicyStatusAsync(new())).Policy;
        Assert.Equal((Wire.PolicyMode.Apprentice, "greedy", 500, 0.6, 0.9), (
            status.Mode, status.Exploration, status.LeaveWhen.Decisions, status.LeaveWhen.Agreement, status.LeaveWhen.RewardShare));
        var shadow = status.Shadow;
        Assert.Equal(("shadow@7", SimulatedShop.Start, true, "linmed", 0.5, 12L), (
            shadow.Version, shadow.Since.ToDateTimeOffset(), shadow.OwnModel, shadow.Exploration, shadow.Share, shadow.Observations));
        Assert.Equal((9L, 0.75, 0.25, 0.5), (
            shadow.FirstChoices.Decisions, shadow.FirstChoices.Agreement, shadow.FirstChoices.MeanReward, shadow.FirstChoices.MeanRewardWhenAgreeing));

        _policy.Report().Returns(s_report with { Shadow = null });
        status = (await Client(host).GetPolicyStatusAsync(new())).Policy;
        Assert.Equal((Wire.PolicyMode.Online, null, null), (status.Mode, status.Shadow, status.LeaveWhen));
    }

    [Fact]
    public async Task LoadShadow_SettingsAndParts_ArriveWhole()
    {
        ShadowMessage? arrived = null;
        _policy.LoadShadow(Arg.Do<ShadowMessage>(message => arrived = message)).Returns(new PolicyChangeMessage(PolicyChangeStatus.Done, "", s_report));
        await using var host = await StartAsync();
        var loaded = await PolicyServiceTests.LoadAsync(
            host,
            new() { Settings = new() { Exploration = new() { Squarecb = new() { Gamma = 20, Floor = 0.05 } }, Share = 0.25 }, Part = ByteString.CopyFrom(1, 2) },
            new() { Part = ByteString.CopyFrom(3) });
        Assert.Equal("shadow@7", loaded.Shadow.Version);
        Assert.Equal([1, 2, 3], arrived!.Model!);
        Assert.Equal((new ExplorationMessage("squarecb", Floor: 0.05, Sharpness: 20), 0.25), (arrived.Exploration, arrived.Share));

        await PolicyServiceTests.LoadAsync(host, new Wire.LoadShadowRequest { Part = ByteString.CopyFrom(4) });
        Assert.Equal([4], arrived!.Model!);
        Assert.Equal((null, 1.0), (arrived.Exploration, arrived.Share));
        await PolicyServiceTests.LoadAsync(host, new Wire.LoadShadowRequest { Settings = new() { Exploration = new() { Greedy = new() } } });
        Assert.Equal((null, new ExplorationMessage("greedy"), 1.0), (arrived!.Model, arrived.Exploration, arrived.Share));
    }

    public static TheoryData<string, string, Wire.LoadShadowRequest[]> SpoiledShadows => new()
    {
        { "settings.exploration", "one of the two, or both", [] },
        { "settings.exploration", "one of the two, or both", [new() { Settings = new() { Share = 0.5 } }] },
        { "settings.exploration.rule", "uniform, greedy", [new() { Settings = new() { Exploration = new() } }] },
        { "settings.exploration.epsilon_greedy.epsilon", "0 to 1", [new() { Settings = new() { Exploration = new() { EpsilonGreedy = new() { Epsilon = 2 } } } }] },
        { "settings.exploration.linmed.beta", "0.000001 to 1,000", [new() { Settings = new() { Exploration = new() { Linmed = new() } } }] },
        { "settings.share", "above 0, up to 1", [new() { Settings = new() { Share = 1.5 }, Part = ByteString.CopyFrom(1) }] },
        { "settings.share", "above 0, up to 1", [new() { Settings = new() { Share = double.NaN }, Part = ByteString.CopyFrom(1) }] },
        { "settings", "in the first", [new() { Part = ByteString.CopyFrom(1) }, new() { Settings = new() }] },
        { "part", "up to 1048576", [new() { Part = ByteString.CopyFrom(new byte[PolicyService.MostPartBytes + 1]) }] },
    };

    [Theory]
    [MemberData(nameof(SpoiledShadows))]
    public async Task LoadShadow_OutOfRange_NamesTheFieldAndWhatIsAllowed(string field, string allowed, Wire.LoadShadowRequest[] messages)
    {
        await using var host = await StartAsync();
        AssertNamed(await ApiHost.RefusalAsync(() => PolicyServiceTests.LoadAsync(host, messages)), field, allowed);
        Assert.Empty(_policy.ReceivedCalls());
    }

    [Fact]
    public async Task SetPolicyMode_Apprentice_ArrivesWithWhenItLeaves()
    {
        _policy.SetMode(default, default).ReturnsForAnyArgs(new PolicyChangeMessage(PolicyChangeStatus.Done, "", s_apprentice));
        await using var host = await StartAsync();
        var answer = await Client(host).SetPolicyModeAsync(new()
        {
            Mode = Wire.PolicyMode.Apprentice, LeaveWhen = new() { Decisions = 500, Agreement = 0.6, RewardShare = 0.9 },
        });
        Assert.Equal(Wire.PolicyMode.Apprentice, answer.Policy.Mode);
        await _policy.Received().SetMode(PolicyMode.Apprentice, new ApprenticeExitMessage(500, 0.6, 0.9));
        await Client(host).SetPolicyModeAsync(new() { Mode = Wire.PolicyMode.Online });
        await _policy.Received().SetMode(PolicyMode.Online, null);
    }

    public static TheoryData<string, string, Wire.SetPolicyModeRequest> SpoiledModes => new()
    {
        { "mode", "", new() },
        { "mode", "", new() { Mode = (Wire.PolicyMode)99 } },
        { "leave_when", "with POLICY_MODE_APPRENTICE only", new() { Mode = Wire.PolicyMode.Online, LeaveWhen = new() { Decisions = 100, Agreement = 0.5 } } },
        { "leave_when.decisions", "100 to 1,000,000", new() { Mode = Wire.PolicyMode.Apprentice, LeaveWhen = new() { Decisions = 99, Agreement = 0.5 } } },
        { "leave_when.agreement", "0 to 1", new() { Mode = Wire.PolicyMode.Apprentice, LeaveWhen = new() { Decisions = 100, Agreement = 1.5 } } },
        { "leave_when.agreement", "not both", new() { Mode = Wire.PolicyMode.Apprentice, LeaveWhen = new() { Decisions = 100 } } },
        { "leave_when.reward_share", "0 to 10", new() { Mode = Wire.PolicyMode.Apprentice, LeaveWhen = new() { Decisions = 100, RewardShare = 11 } } },
    };

    [Theory]
    [MemberData(nameof(SpoiledModes))]
    public async Task SetPolicyMode_OutOfRange_NamesTheFieldAndWhatIsAllowed(string field, string allowed, Wire.SetPolicyModeRequest request)
    {
        await using var host = await StartAsync();
        AssertNamed(await ApiHost.RefusalAsync(() => Client(host).SetPolicyModeAsync(request).ResponseAsync), field, allowed);
        Assert.Empty(_policy.ReceivedCalls());
    }

    /// <summary>What was logged when decisions were made says the same as the shadow's rule on all candidates does afterwards.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(1)]
    public async Task GetShadowStatus_RuleThatCanBeEvaluatedToo_SaysTheSameWithoutAModel(int slots)
    {
        _policy.Report().Returns(s_report);
        await using var host = await StartAsync(new SimulatedShop(s_logging) { Shadow = (7, s_shadow) }.Log(Decisions));
        var status = await Client(host).GetShadowStatusAsync(new() { Measure = Wire.RewardMeasure.Click, MaxSlots = slots, Seed = 3 });
        var rule = await host.Evaluations.EvaluatePolicyAsync(new()
        {
            From = Timestamp.FromDateTimeOffset(SimulatedShop.Start), To = Timestamp.FromDateTimeOffset(SimulatedShop.Start.AddDays(30)),
            Target = new() { Linmed = new() { Beta = 0.5, Floor = 0.1 } }, Measure = Wire.RewardMeasure.Click, MaxSlots = slots, Seed = 3,
        });
        var evaluation = status.Evaluation;
        Assert.Equal("shadow@7", status.Shadow.Version);
        Assert.Equal((rule.Verdict, rule.RefusalReasons.Count), (evaluation.Verdict, evaluation.RefusalReasons.Count));
        Assert.Equal(Decisions, evaluation.Counts.Evaluated);
        AssertSame(rule.Slates.Sequential, evaluation.Slates.Sequential);
        AssertSame(rule.Slates.Difference, evaluation.Slates.Difference);
        AssertSame(rule.Slots.Snips, evaluation.Slots.Snips);
        Assert.Equal(rule.Slates.Weights.EffectiveSampleSize, evaluation.Slates.Weights.EffectiveSampleSize, 0.01);
        Assert.Equal(rule.Slates.Weights.MaxWeight, evaluation.Slates.Weights.MaxWeight, 1e-5);
        Assert.Equal((null, null), (evaluation.Slots.DoublyRobust, evaluation.Slots.SwitchDoublyRobust));
    }

    [Fact]
    public async Task GetShadowStatus_From_LeavesOutWhatIsOlder_AndDecisionsOfOthersAreCounted()
    {
        _policy.Report().Returns(s_report with { Shadow = s_standing with { Number = 8 } });
        await using var host = await StartAsync(new SimulatedShop(s_logging) { Shadow = (7, s_shadow) }.Log(10));
        var all = (await Client(host).GetShadowStatusAsync(new())).Evaluation;
        Assert.Equal((Wire.PolicyVerdict.Refused, 10L, 10L), (all.Verdict, all.Counts.Read, all.Counts.WithoutCandidates));
        var from = Timestamp.FromDateTimeOffset(SimulatedShop.Start.AddMinutes(4));
        Assert.Equal(6, (await Client(host).GetShadowStatusAsync(new() { From = from })).Evaluation.Counts.Read);
    }

    [Fact]
    public async Task GetShadowStatus_Apprentice_HasNoSupportAndSaysSo()
    {
        _policy.Report().Returns(s_apprentice);
        await using var host = await StartAsync(new SimulatedShop(s_logging) { Shadow = (7, s_shadow) }.Log(10));
        var status = await Client(host).GetShadowStatusAsync(new());
        Assert.Equal((Wire.PolicyVerdict.Refused, null, null), (status.Evaluation.Verdict, status.Evaluation.Slates, status.Evaluation.Slots));
        Assert.Equal(Wire.RefusalReason.NoSupport, Assert.Single(status.Evaluation.RefusalReasons));
        Assert.Equal(0.75, status.Shadow.FirstChoices.Agreement);
    }

    [Fact]
    public async Task GetShadowStatus_NoneStands_IsRefused()
    {
        _policy.Report().Returns(s_report with { Shadow = null });
        await using var host = await StartAsync();
        var refusal = await ApiHost.RefusalAsync(() => Client(host).GetShadowStatusAsync(new()).ResponseAsync);
        Assert.Equal((StatusCode.FailedPrecondition, "POLICY_STATE"), (refusal.Code, refusal.Info.Reason));
    }

    public static TheoryData<string, string, Wire.GetShadowStatusRequest> SpoiledRequests => new()
    {
        { "measure", "", new() { Measure = (Wire.RewardMeasure)99 } },
        { "max_slots", "1 to 10", new() { MaxSlots = 11 } },
        { "max_slots", "1 to 10", new() { MaxSlots = -1 } },
        { "from", "0 to 366", new() { From = Timestamp.FromDateTimeOffset(SimulatedShop.Start.AddDays(-366)) } },
        { "from", "0 to 366", new() { From = Timestamp.FromDateTimeOffset(SimulatedShop.Start.AddDays(31)) } },
    };

    [Theory]
    [MemberData(nameof(SpoiledRequests))]
    public async Task GetShadowStatus_OutOfRange_NamesTheFieldAndWhatIsAllowed(string field, string allowed, Wire.GetShadowStatusRequest request)
    {
        await using var host = await StartAsync();
        AssertNamed(await ApiHost.RefusalAsync(() => Client(host).GetShadowStatusAsync(request).ResponseAsync), field, allowed);
    }

    [Fact]
    public async Task Recommend_Answer_SaysWhoDecidedAndWhatStoodInTheShadow()
    {
        var user = Substitute.For<IUserRecommendationGrain>();
        user.Recommend(default!, default).ReturnsForAnyArgs(Replies.Slate() with { Mode = PolicyMode.Apprentice, Shadow = "shadow@7" });
        await using var host = await ApiHost.StartAsync(
            grains: grains => grains.GetGrain<IUserRecommendationGrain>(default(string)!).ReturnsForAnyArgs(user));
        var versions = (await host.Recommendations.RecommendAsync(new() { Shopper = new() { UserId = "ada" } })).Versions;
        Assert.Equal((Wire.PolicyMode.Apprentice, "shadow@7"), (versions.PolicyMode, versions.Shadow));
    }

    private static void AssertSame(Wire.PolicyEstimate expected, Wire.PolicyEstimate actual)
    {
        // Probabilities are logged in float32.
        Assert.Equal(expected.Value, actual.Value, 1e-6);
        Assert.Equal(expected.Low, actual.Low, 1e-6);
        Assert.Equal(expected.High, actual.High, 1e-6);
    }

    private static void AssertNamed(
        (StatusCode Code, Google.Rpc.ErrorInfo Info, Google.Rpc.BadRequest? Fields, Google.Rpc.RetryInfo? Retry) refusal, string field, string allowed)
    {
        Assert.Equal(StatusCode.InvalidArgument, refusal.Code);
        Assert.Contains(refusal.Fields!.FieldViolations, v => v.Field == field && v.Description.Contains(allowed, StringComparison.Ordinal));
    }

    private static Wire.PolicyService.PolicyServiceClient Client(ApiHost host) => new(host.Channel);

    private async Task<ApiHost> StartAsync(IEnumerable<LoggedDecision>? lines = null)
    {
        await _log.AppendAsync([.. lines ?? []], TestContext.Token);
        return await ApiHost.StartAsync(
            grains: grains => grains.GetGrain<IPolicyGrain>(Arg.Any<string>(), Arg.Any<string?>()).Returns(_policy),
            decisions: _log,
            time: new FakeTimeProvider(SimulatedShop.Start.AddDays(30)));
    }
}
