using CsCheck;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Interventions;
using Personalization.Domain.Recommendations;

namespace Personalization.Domain.Tests.Interventions;

public sealed class InterventionPolicyTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly InterventionOptions s_options = new() { HoldoutShare = 0 };
    private static readonly InterventionPolicy s_policy = new(s_options);

    private static readonly Gen<InterventionRequest> s_requests =
        from value in Gen.Double[0, 300]
        from rate in Gen.Double[-0.2, 0.8]
        from hesitation in Gen.Double[0, 1]
        from valence in Gen.Double[-1, 1]
        from touchpoint in Gen.Enum<Touchpoint>()
        from allowed in Gen.Byte[0, InterventionRequest.AllActions]
        from agreed in Gen.Bool
        from intent in Gen.Double[-0.2, 1].Select(static q => q < 0 ? (double?)null : q)
        from seed in Gen.ULong
        select Request(value, value * rate, hesitation, valence, touchpoint, seed) with { AllowedActions = allowed, MayBeOffered = agreed, Intent = intent };

    [Fact]
    public void Decide_AnyRequest_PropensitiesSumToOneAndOnlyWhatIsEligibleHasOne() => s_requests.Sample(request =>
    {
        var decision = s_policy.Decide(request, new InterventionHistory(), Learned());
        Assert.Equal(1, decision.Assessments.Sum(static a => a.Propensity), 1e-9);
        Assert.All(decision.Assessments, static a => Assert.Equal(a.Eligible, a.Propensity > 0));
        Assert.True(decision.Assessments[0].Eligible);
        Assert.Equal(decision.Assessments[decision.Action.Index()].Propensity, decision.Propensity);
    });

    [Fact]
    public void Decide_AnyCart_NeverTakesItsMarginBelowTheFloor() => s_requests.Sample(request =>
    {
        var decision = s_policy.Decide(request with { Touchpoint = Touchpoint.Cart }, new InterventionHistory(), Learned());
        var cost = decision.Action switch
        {
            InterventionAction.Discount => request.CartValue * decision.DiscountPercent / 100,
            InterventionAction.Perk => s_options.PerkCost,
            _ => 0,
        };
        Assert.True(cost == 0 || request.CartMargin - cost >= (s_options.MarginFloor * request.CartValue) - 1e-9);
    });

    [Fact]
    public void Decide_ManySeeds_ActionsComeAsOftenAsTheirPropensitySays()
    {
        const int Draws = 20_000;
        var counts = new int[InterventionActions.Count];
        InterventionDecision decision = null!;
        for (var i = 0; i < Draws; i++)
        {
            decision = s_policy.Decide(Request(seed: StableHash.Of($"d{i}")), new InterventionHistory(), Learned());
            counts[decision.Action.Index()]++;
        }

        foreach (var assessment in decision.Assessments)
        {
            var expected = assessment.Propensity * Draws;
            Assert.InRange(counts[assessment.Action.Index()], expected - (5 * Math.Sqrt(expected)), expected + (5 * Math.Sqrt(expected)));
        }
    }

    [Fact]
    public void Decide_HelpKnownToHelp_HasTheExpectedValueOfItsLift()
    {
        var decision = s_policy.Decide(Request(), new InterventionHistory(), Learned());
        var (nothing, help) = (decision.Assessments[0], decision.Assessments[InterventionAction.Help.Index()]);
        Assert.True(help.Conversion > nothing.Conversion + 0.2);
        Assert.Equal((help.Conversion * 40) - s_options.HelpCost - (nothing.Conversion * 40), help.ExpectedValue, 1e-9);
        Assert.True(help.Propensity > 0.9);
    }

    [Fact]
    public void Decide_PurchaseCertain_MakesADiscountMarginGivenAway() => s_requests.Sample(static request =>
    {
        var policy = new InterventionPolicy(s_options with { IntentWeight = 1 });
        var certain = Discount(policy, request with { Intent = 1 });
        Assert.True(certain.ExpectedValue <= 1e-3 * (1 + request.CartValue));
        foreach (var intent in new double?[] { null, 0, 0.2, 0.5, 0.9 })
        {
            Assert.True(certain.ExpectedValue <= Discount(policy, request with { Intent = intent }).ExpectedValue + 1e-9);
        }
    });

    [Fact]
    public void Decide_MoreIntentFromEvenOddsOn_NeverRaisesWhatADiscountBrings() =>
        Gen.Select(s_requests, Gen.Double[0, 1], Gen.Double[0, 1], Gen.Double[0, 1]).Sample(static (request, weight, a, b) =>
        {
            var policy = new InterventionPolicy(s_options with { IntentWeight = weight });
            var (less, more) = (request with { Intent = Math.Min(a, b) }, request with { Intent = Math.Max(a, b) });
            var nothing = policy.Decide(less, new InterventionHistory(), Learned(helped: InterventionAction.Discount)).Assessments[0];
            Assert.True(nothing.Conversion < 0.5 || Discount(policy, more).ExpectedValue <= Discount(policy, less).ExpectedValue + 1e-9);
            Assert.True(Discount(policy, more).Conversion >= Discount(policy, less).Conversion);
        });

    [Fact]
    public void Decide_IntentOfNoWeightOrAsUsual_ChangesNothing()
    {
        var usual = s_policy.Decide(Request(), new InterventionHistory(), Learned());
        var ignored = new InterventionPolicy(s_options with { IntentWeight = 0 }).Decide(Request() with { Intent = 0.97 }, new InterventionHistory(), Learned());
        var same = s_policy.Decide(Request() with { Intent = usual.Assessments[0].Conversion }, new InterventionHistory(), Learned());
        Assert.Equal(usual.Assessments.AsEnumerable(), ignored.Assessments);
        Assert.Equal(usual.ExpectedValue, same.ExpectedValue, 1e-9);
        Assert.Equal(usual.Propensity, same.Propensity, 1e-9);
    }

    [Fact]
    public void Decide_ShopperWhoMayOrMayNotBuy_GainsMoreFromHelpThanOneWhoWillAnyway()
    {
        var undecided = s_policy.Decide(Request() with { Intent = 0.4 }, new InterventionHistory(), Learned()).Assessments[InterventionAction.Help.Index()];
        var decided = s_policy.Decide(Request() with { Intent = 0.999 }, new InterventionHistory(), Learned()).Assessments[InterventionAction.Help.Index()];
        Assert.True(undecided.ExpectedValue > 5 * decided.ExpectedValue, $"{undecided.ExpectedValue} and {decided.ExpectedValue}");
        Assert.True(decided.Conversion > undecided.Conversion);
    }

    [Fact]
    public void Decide_LittleKnownAndAngry_AsksForAPerson()
    {
        var decision = s_policy.Decide(Request(hesitation: 0) with { Confidence = 0.01, Frustration = 0.7 }, new InterventionHistory(), Learned());
        Assert.True(decision.NeedsHumanReview);
    }

    [Fact]
    public void Decide_HadItJustNow_WaitsForTheCooldownAndKeepsTheCap()
    {
        var history = new InterventionHistory();
        history.Add("d1", InterventionAction.Help, Request().Context, s_noon - TimeSpan.FromHours(1));
        Assert.Equal(InterventionReason.Cooldown, Assess(history, InterventionAction.Help).Reason);
        Assert.True(Assess(history, InterventionAction.Perk).Eligible);
        history.Add("d2", InterventionAction.Perk, Request().Context, s_noon - TimeSpan.FromHours(2));
        history.Add("d3", InterventionAction.Discount, Request().Context, s_noon - TimeSpan.FromHours(3));
        Assert.Equal(InterventionReason.CapReached, Assess(history, InterventionAction.Human).Reason);
        Assert.Equal(InterventionReason.CapReached, s_policy.Decide(Request(), history, Learned()).Reason);
    }

    [Fact]
    public void Decide_LittleKnownOrHeldOut_LeavesAloneAndSaysWhy()
    {
        var unsure = s_policy.Decide(Request(hesitation: 0.9) with { Confidence = 0.01 }, new InterventionHistory(), Learned());
        Assert.Equal((InterventionAction.Nothing, InterventionReason.LowConfidence, true), (unsure.Action, unsure.Reason, unsure.NeedsHumanReview));
        var policy = new InterventionPolicy(s_options with { HoldoutShare = 0.2 });
        var held = Enumerable.Range(0, 5000).Count(i =>
            policy.Decide(Request() with { User = UserKey.Known($"u{i}") }, new InterventionHistory(), Learned()).Reason == InterventionReason.Holdout);
        Assert.InRange(held, 1000 - 150, 1000 + 150);
    }

    [Fact]
    public void Decide_NoConsentOrNothingLeftToSpend_OffersNothingThatCosts()
    {
        var decision = s_policy.Decide(Request() with { MayBeOffered = false }, new InterventionHistory(), Learned());
        Assert.Equal(InterventionReason.NoConsent, decision.Assessments[InterventionAction.Discount.Index()].Reason);
        var spent = Learned(spent: 1e9);
        decision = s_policy.Decide(Request(), new InterventionHistory(), spent);
        Assert.Equal(InterventionReason.BudgetExhausted, decision.Assessments[InterventionAction.Discount.Index()].Reason);
        Assert.True(decision.Assessments[InterventionAction.Help.Index()].Eligible);
    }

    [Fact]
    public void Apply_SameLessonsAgain_CountOnce()
    {
        var statistics = new InterventionStatistics();
        var lesson = new InterventionLesson(5, InterventionAction.Help, Request().Context, 1, 1, 0, 1);
        Assert.Equal(BatchOutcome.Applied, statistics.Apply(0, 0, 5, [lesson]));
        Assert.Equal(BatchOutcome.AlreadyApplied, statistics.Apply(0, 0, 5, [lesson]));
        Assert.Equal(BatchOutcome.AppliedInPart, statistics.Apply(0, 3, 7, [lesson, lesson with { Offset = 6 }]));
        var once = new InterventionStatistics();
        once.Apply(0, 0, 7, [lesson, lesson with { Offset = 6 }]);
        Assert.Equal(
            once.ToModel().Conversion(InterventionAction.Help, Request().Context, s_options),
            statistics.ToModel().Conversion(InterventionAction.Help, Request().Context, s_options));
    }

    private static ActionAssessment Assess(InterventionHistory history, InterventionAction action) =>
        s_policy.Decide(Request(), history, Learned()).Assessments[action.Index()];

    // Where nothing is earned nothing is offered, and no lift is worth anything.
    private static ActionAssessment Discount(InterventionPolicy policy, InterventionRequest request) => policy.Decide(
        request with { CartMargin = Math.Max(0, request.CartMargin) }, new InterventionHistory(), Learned(helped: InterventionAction.Discount)).Assessments[InterventionAction.Discount.Index()];

    /// <summary>One action doubles conversion; everything else does nothing.</summary>
    private static InterventionModel Learned(double spent = 0, InterventionAction helped = InterventionAction.Help)
    {
        var statistics = new InterventionStatistics();
        var lessons = new List<InterventionLesson>();
        foreach (var action in InterventionActions.All)
        {
            for (var i = 0; i < 400; i++)
            {
                var bought = i % 10 < (action == helped ? 6 : 3);
                lessons.Add(new InterventionLesson(
                    lessons.Count + 1, action, Request().Context, 1, bought ? (sbyte)1 : (sbyte)0, spent / 2400, InterventionModel.DayOf(s_noon)));
            }
        }

        statistics.Apply(0, 0, lessons.Count, lessons.ToArray());
        return statistics.ToModel();
    }

    private static InterventionRequest Request(
        double value = 100, double margin = 40, double hesitation = 0.7, double valence = 0, Touchpoint touchpoint = Touchpoint.Cart, ulong seed = 1) => new()
    {
        User = UserKey.Known("u"),
        Now = s_noon,
        Touchpoint = touchpoint,
        CartValue = value,
        CartMargin = margin,
        Hesitation = hesitation,
        Valence = valence,
        Confidence = 0.8,
        MayBeOffered = true,
        AllowedActions = InterventionRequest.AllActions,
        Seed = seed,
    };
}
