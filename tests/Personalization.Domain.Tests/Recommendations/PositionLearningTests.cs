using Personalization.Domain.Ingestion;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Decisions;
using Personalization.Domain.Recommendations.Features;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Rewards;
using Personalization.Domain.Tests.Recommendations.Catalog;

namespace Personalization.Domain.Tests.Recommendations;

/// <summary>
/// The whole loop, from slates drawn with diversity through joined outcomes to the policy: how likely each position is to be looked
/// at is learned from what the engine shows anyway, although what is better stands higher.
/// </summary>
public sealed class PositionLearningTests
{
    private const int Rounds = 6_000;
    private const int Users = 40;
    private static readonly double[] s_truth = [1, 0.6, 0.45, 0.35, 0.3];

    private readonly CatalogSnapshot _catalog = CatalogSnapshot.Empty.With(
        new CatalogChanges { Upserted = [.. Enumerable.Range(0, 30).Select(static n => SampleProducts.OfNumber(n) with { InStock = true })] }, 1);

    private readonly RewardJoiner[] _joiners =
        [.. Enumerable.Range(0, Users).Select(static _ => new RewardJoiner(new RewardOptions { Window = TimeSpan.FromMinutes(5) }))];

    private readonly PolicyStatistics _policy = new(FeatureSchema.Shape, new HybridRidgeOptions { Prior = [.. FeatureSchema.PriorWeights()] });
    private readonly double[] _clicks = new double[s_truth.Length];
    private SeededRandom _luck = new(31);
    private long _offset;

    [Fact]
    public void Recommend_ShopWithAKnownCurve_LearnsItWithinAnInterval()
    {
        var (recommender, workspace) = (new Recommender(), new RecommendWorkspace());
        var snapshot = PolicySnapshot.Create(_policy.ChangesSince(0), _catalog.Directory);
        for (var t = 1; t <= Rounds; t++)
        {
            var slate = recommender.Recommend(InputOf(t, snapshot), workspace);
            Assert.Equal(s_truth.Length - 1, slate.Decision.Swaps.Length);
            Assert.Equal(s_truth.Length, slate.Decision.Examination.Length);
            Live(t, slate);
            snapshot = t % 20 == 0 ? snapshot.With(_policy.ChangesSince(snapshot.Version), _catalog.Directory) : snapshot;
        }

        for (var k = 1; k < s_truth.Length; k++)
        {
            // The first guess, 1/k^0.3, is off by 0.2 to 0.3.
            Assert.Equal(s_truth[k], _policy.Model.Examination.At(k + 1), 0.1);
            Assert.Equal(s_truth[k], ExaminationGrid.At(snapshot.Standing.Examination.AsSpan(), k + 1), 0.11);
        }

        var bias = Enumerable.Range(1, s_truth.Length - 1).Max(k => s_truth[k] - (_clicks[k] / _clicks[0]));
        Assert.True(bias > 0.03, $"Click rates by position are off by {bias:F3} only: the log is not confounded.");
        Assert.Equal(0, _policy.Misfits);
    }

    private RecommendInput InputOf(int t, PolicySnapshot snapshot) => new()
    {
        User = UserKey.Known($"u{t % Users}"),
        Request = new RecommendRequest { PageSize = s_truth.Length, Diversity = 0.2f },
        DecisionId = $"d{t}",
        Now = TimeOf(t),
        Catalog = _catalog,
        Policy = snapshot,
        CoVisitation = CoVisitationSnapshot.Empty,
    };

    /// <summary>Everything is seen; what is looked at is clicked by what it is worth.</summary>
    private void Live(int t, Slate slate)
    {
        var lessons = new List<PolicyUpdate>();
        var before = _offset;
        Tell(t, new DecisionPayload($"d{t}", [.. DecisionCodec.Encode(slate.Decision)]), string.Empty, lessons);
        for (var k = 0; k < slate.Items.Length; k++)
        {
            var item = slate.Items[k].ItemId;
            Tell(t, new RecommendationOutcomePayload($"d{t}", OutcomeKind.Impression, 0, 0, null, ""), item, lessons);
            if (_luck.NextUnit() < s_truth[k] * Attraction(item))
            {
                _clicks[k]++;
                Tell(t, new RecommendationOutcomePayload($"d{t}", OutcomeKind.Click, 0, 0, null, ""), item, lessons);
            }
        }

        _policy.Apply(0, before, _offset, lessons.ToArray());
    }

    private void Tell(int t, EventPayload payload, string product, List<PolicyUpdate> lessons) => _joiners[t % Users].Apply(
        ++_offset,
        new ShopperEvent
        {
            EventId = "e", OccurredAt = TimeOf(t), ReceivedAt = TimeOf(t), User = UserKey.Known($"u{t % Users}"), ProductId = product, Payload = payload,
        },
        null,
        lessons);

    private static double Attraction(string item) => 0.1 + (0.5 * (int.Parse(item[1..], System.Globalization.CultureInfo.InvariantCulture) * 13 % 30) / 30.0);

    private static DateTimeOffset TimeOf(int t) => SampleProducts.Now + TimeSpan.FromMinutes(t);
}
