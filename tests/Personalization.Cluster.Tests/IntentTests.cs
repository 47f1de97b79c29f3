using System.Collections.Concurrent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Interventions;
using Personalization.Domain.Profiles;
using Personalization.Domain.Scoring;
using Personalization.Grains.Interventions;

namespace Personalization.Cluster.Tests;

/// <summary>Intent is the model's where one answers in time, and the rule's where not; either way the reply says so.</summary>
[Collection("clusters, one after the other")]
public sealed class IntentTests
{
    private const string Soon = "00:00:10";
    private const string AtOnce = "00:00:00.050";
    private static readonly UserKey s_user = UserKey.Known("ines");

    [Fact]
    public async Task Decide_ModelAnswers_ActsOnItsProbabilityAndNamesIt()
    {
        var likely = new FixedIntent(0.9);
        await using var engine = await EngineCluster.StartAsync(1, intents: likely, intentTimeout: Soon);
        var offset = await VisitAsync(engine);
        var sure = await DecideAsync(engine, offset);
        likely.Probability = 0.1;
        var unsure = await DecideAsync(engine, offset);

        Assert.Equal((0.9, FixedIntent.Version), (sure.PurchaseIntent, sure.PurchaseIntentBy));
        Assert.DoesNotContain(sure.Degraded, static d => d.Reason == "INTENT_BY_RULE");
        Assert.True(sure.Assessments[0].ConversionProbability > unsure.Assessments[0].ConversionProbability + 0.1);
        Assert.All(likely.Questions, static question =>
        {
            Assert.Equal((s_user, ScoringLane.Checkout, IntentFeatures.Count), (question.User, question.Lane, question.Window.Length));
            Assert.Equal(1, question.Window[(int)IntentFeature.PurchasePath]);
            Assert.Equal(2, question.Window[(int)IntentFeature.ProductPages], 0.1f);
        });
        Assert.Equal(2, likely.Questions.Count);
    }

    [Theory]
    [InlineData("silent")]
    [InlineData("failing")]
    [InlineData("none")]
    public async Task Decide_NoAnswerInTime_ActsOnTheRuleAndSaysSo(string model)
    {
        var silent = new GatedIntent();
        IIntentScorer? intents = model switch { "silent" => silent, "failing" => new FailingIntent(), _ => null };
        await using var engine = await EngineCluster.StartAsync(1, intents: intents, intentTimeout: AtOnce);
        var offset = await VisitAsync(engine);
        var reply = await DecideAsync(engine, offset);
        var profile = await engine.Profile(s_user).GetProfile(offset, CancellationToken.None);

        // A silo does not stop while it is asked.
        silent.Open();
        Assert.Single(reply.Degraded, static d => d.Reason == "INTENT_BY_RULE");
        Assert.Equal(ShoppingSignals.IntentRule, reply.PurchaseIntentBy);
        Assert.Equal(profile.PurchaseIntent, reply.PurchaseIntent!.Value, 0.01);
        Assert.Equal(ShoppingSignals.IntentRule, profile.PurchaseIntentBy);
    }

    [Fact]
    public async Task Decide_SameRequestTwiceWhileTheModelIsAsked_IsOneDecision()
    {
        var slow = new GatedIntent();
        await using var engine = await EngineCluster.StartAsync(1, intents: slow, intentTimeout: Soon);
        var offset = await VisitAsync(engine);
        var (first, second) = (DecideAsync(engine, offset, "r-1"), DecideAsync(engine, offset, "r-1"));
        await slow.AskedTwice;
        slow.Open();

        Assert.Equal((await first).DecisionId, (await second).DecisionId);
        Assert.NotEqual((await first).Replayed, (await second).Replayed);
    }

    [Fact]
    public async Task GetProfile_ModelAnswers_TellsItsProbability_AndAStrangersIsNotAsked()
    {
        var likely = new FixedIntent(0.75);
        await using var engine = await EngineCluster.StartAsync(1, intents: likely, intentTimeout: Soon);
        var offset = await VisitAsync(engine);
        var known = await engine.Profile(s_user).GetProfile(offset, CancellationToken.None);
        var stranger = await engine.Profile(UserKey.Known("nobody")).GetProfile(0, CancellationToken.None);

        Assert.Equal((0.75, FixedIntent.Version), (known.PurchaseIntent, known.PurchaseIntentBy));
        Assert.Equal(ShoppingSignals.IntentRule, stranger.PurchaseIntentBy);
        Assert.Single(likely.Questions);
    }

    private static async Task<long> VisitAsync(EngineCluster engine)
    {
        await engine.SendAsync(s_user, new BehaviourPayload { Action = BehaviourKind.View, DwellMs = 30_000 }, "cream");
        await engine.SendAsync(s_user, new BehaviourPayload { Action = BehaviourKind.View, DwellMs = 30_000 }, "soap");
        return (await engine.SendAsync(s_user, new BehaviourPayload { Action = BehaviourKind.AddToCart }, "soap")).Offset;
    }

    private static Task<InterventionReply> DecideAsync(EngineCluster engine, long offset, string requestId = "") =>
        engine.Grains.GetGrain<IUserInterventionGrain>(s_user.Value).Decide(
            new DecideCommand
            {
                Touchpoint = Touchpoint.Checkout,
                Cart = [new CartLineMessage("soap", 1, 20)],
                AllowedActions = [(int)InterventionAction.Help, (int)InterventionAction.Discount],
                MinOffset = offset,
                RequestId = requestId,
            },
            CancellationToken.None);

    private sealed class FixedIntent(double probability) : IIntentScorer
    {
        public const string Version = "fixed@1";

        public double Probability { get; set; } = probability;

        public ConcurrentQueue<IntentQuestion> Questions { get; } = new();

        public ValueTask<IntentAnswer> ReadIntentAsync(IntentQuestion question, CancellationToken cancellationToken)
        {
            Questions.Enqueue(question);
            return ValueTask.FromResult(new IntentAnswer(ScoringStatus.Scored, Probability, Version));
        }
    }

    private sealed class FailingIntent : IIntentScorer
    {
        public ValueTask<IntentAnswer> ReadIntentAsync(IntentQuestion question, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("This model always fails.");
    }

    private sealed class GatedIntent : IIntentScorer
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _askedTwice = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _asked;

        public Task AskedTwice => _askedTwice.Task;

        public void Open() => _open.SetResult();

        public async ValueTask<IntentAnswer> ReadIntentAsync(IntentQuestion question, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _asked) == 2)
            {
                _askedTwice.SetResult();
            }

            await _open.Task;
            return new IntentAnswer(ScoringStatus.Scored, 0.5, FixedIntent.Version);
        }
    }
}
