using System.Collections.Immutable;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Products;
using Personalization.Domain.Profiles;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Decisions;
using Personalization.Domain.Recommendations.Features;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Rewards;
using Personalization.Domain.Scoring;
using Personalization.LoadTest.Catalogues;
using Visits = Personalization.Domain.Recommendations.Candidates.Visits;

namespace Personalization.Benchmarks.Quality;

/// <summary>
/// The engine's decisions without the engine around them: profiles, rewards, co-visitation, popularity and policy folded by
/// the Domain in one thread and in one order, as the grains do it, with snapshots that are as late as a silo's.
/// </summary>
internal sealed class OfflineEngine
{
    private const int PublicationsPerModel = 20;

    private readonly Dictionary<string, Shopper> _shoppers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (double Sum, int Count)> _feelings = new(StringComparer.Ordinal);
    private readonly HashSet<string> _felt = new(StringComparer.Ordinal);
    private readonly PolicyStatistics _policyState;
    private readonly CoVisitation _coVisitationState = new(new CoVisitationOptions());
    private readonly Popularity _popularityState = new();
    private readonly List<PolicyUpdate> _lessons = [];
    private readonly List<Visit> _visits = [];
    private readonly Recommender _recommender;
    private readonly RewardOptions _rewards;
    private CatalogSnapshot _catalog = CatalogSnapshot.Empty;
    private PolicySnapshot _policy;
    private CoVisitationSnapshot _coVisitation = CoVisitationSnapshot.Empty;
    private long _offset;
    private long _published;
    private long _decisions;
    private long _popularityVersion;
    private long _publications;
    private FactorNeighbours? _factors;

    /// <param name="catalogue">The shop.</param>
    /// <param name="window">After how long what was seen and not clicked is learned as such.</param>
    /// <param name="now">The moment.</param>
    /// <param name="options">How it ranks; null: as shipped.</param>
    /// <param name="terms">What outcomes are worth; default: as shipped.</param>
    public OfflineEngine(
        Catalogue catalogue, TimeSpan window, DateTimeOffset now, RecommenderOptions? options = null, ImmutableArray<RewardTerm> terms = default)
    {
        _recommender = new Recommender(options);
        _rewards = new RewardOptions { Window = window };
        _rewards = terms.IsDefault ? _rewards : _rewards with { Terms = terms };
        _policyState = new PolicyStatistics(FeatureSchema.Shape, new HybridRidgeOptions { Prior = [.. FeatureSchema.PriorWeights()] });
        _catalog = _catalog.With(new CatalogChanges { Upserted = [.. catalogue.Items.Select(item => ToFacts(item, now))] }, 1);
        _policy = PolicySnapshot.Create(_policyState.ChangesSince(0), _catalog.Directory);
    }

    /// <summary>What the last slate was made with.</summary>
    public RecommendWorkspace Workspace { get; } = new();

    /// <summary>The catalogue as of the last publication.</summary>
    public CatalogSnapshot Catalog => _catalog;

    /// <summary>What has been learned.</summary>
    public PolicyModel Policy => _policyState.Model;

    /// <summary>Lessons so far.</summary>
    public long Lessons => _policyState.Observations;

    /// <summary>Makes a slate.</summary>
    public Slate Recommend(string userId, RecommendRequest request, DateTimeOffset now)
    {
        var shopper = Of(userId);
        var user = UserKey.Known(userId);
        var id = $"d{++_decisions}";
        var slate = _recommender.Recommend(
            new RecommendInput
            {
                User = user,
                Shopper = ShopperView.Of(shopper.Profile.Snapshot(user, now)),
                Request = request,
                DecisionId = id,
                Now = now,
                Catalog = _catalog,
                Policy = _policy,
                CoVisitation = _coVisitation,
                Factors = _factors,
            },
            Workspace);
        Fold(userId, new DecisionPayload(id, [.. DecisionCodec.Encode(slate.Decision)]), string.Empty, now);
        return slate;
    }

    /// <summary>Folds an event of a shopper in.</summary>
    public void Fold(string userId, EventPayload payload, string productId, DateTimeOffset now, SentimentObservation? observation = null)
    {
        var shopper = Of(userId);
        var source = new ShopperEvent
        {
            EventId = "e", OccurredAt = now, ReceivedAt = now, User = UserKey.Known(userId), ProductId = productId, Payload = payload,
        };
        var offset = ++_offset;
        shopper.Rewards.Apply(offset, source, observation, _lessons);
        if (payload is BehaviourPayload && Interaction.TryRead(payload, out var interaction))
        {
            Span<float> features = stackalloc float[ProfileFeatures.Count];
            shopper.Profile.ReadFeatures(now, anonymous: false, features);
            var visit = Visits.Of(
                offset, now.UtcTicks, productId, interaction.Kind,
                shopper.Profile.Viewed.AsSpan(), shopper.Profile.Purchased.AsSpan(), ShopperSegments.Of(features));
            if (visit is not null)
            {
                _visits.Add(visit);
            }
        }

        shopper.Profile.Apply(new ProfileInput(offset, source, observation, productId.Length > 0 ? _catalog.Find(productId) : null));
        if (observation is not null && productId.Length > 0)
        {
            var (sum, count) = _feelings.GetValueOrDefault(productId);
            _feelings[productId] = (sum + observation.Valence, count + 1);
            _felt.Add(productId);
        }
    }

    /// <summary>Lets the snapshots catch up with what was folded in.</summary>
    public void Publish(DateTimeOffset now)
    {
        _policyState.Apply(0, _published, _offset, _lessons.ToArray());
        _coVisitationState.Apply(0, _published, _offset, _visits.ToArray());
        _popularityState.Apply(0, _published, _offset, _visits.ToArray());
        _published = _offset;
        _lessons.Clear();
        _visits.Clear();
        _catalog = _catalog.With(
            new CatalogChanges
            {
                Popularities = _popularityState.ChangesSince(_popularityVersion, now),
                Sentiments = [.. _felt.Select(id => KeyValuePair.Create(id, SentimentOf(id)))],
            },
            _catalog.Version + 1);
        _felt.Clear();
        _popularityVersion = _popularityState.Version;
        _policy = _policy.With(_policyState.ChangesSince(_policy.Version), _catalog.Directory);
        _coVisitation = _coVisitation.Follow(_coVisitationState, _catalog.Directory);
        if (_publications++ % PublicationsPerModel == 0)
        {
            // A silo makes it in the background, and so less often than the rest.
            _factors = FactorNeighbours.Of(_coVisitation, _catalog.Directory.Count, new FactorOptions());
        }
    }

    private Shopper Of(string userId)
    {
        if (!_shoppers.TryGetValue(userId, out var shopper))
        {
            _shoppers.Add(userId, shopper = new Shopper(new UserProfile(ProfileModel.Default), new RewardJoiner(_rewards)));
        }

        return shopper;
    }

    /// <summary>A mean shrunk by four readings: what a product's feelings come to is another stage's business, and another test's.</summary>
    private ItemSentiment SentimentOf(string productId)
    {
        var (sum, count) = _feelings[productId];
        return new ItemSentiment((float)(sum / (count + 4)), (float)(0.5 / Math.Sqrt(count + 1)), count, 0);
    }

    private static ProductFacts ToFacts(Item item, DateTimeOffset now) => new()
    {
        ProductId = item.ProductId,
        Title = item.Title,
        Brand = item.BrandName,
        CategoryPath = [item.Family.Department, item.Family.Name],
        Price = item.Price,
        Currency = Item.Currency,
        MarginRate = item.MarginRate,
        InStock = item.InStock,
        Attributes = [.. item.Traits.Select(n => new ProductAttribute(TraitValues.NameOf(TraitValues.TraitOf(n)), TraitValues.ValueOf(TraitValues.TraitOf(n), n)))],
        LaunchedAt = now.AddDays(-item.LaunchedDaysAgo),
    };

    private sealed record Shopper(UserProfile Profile, RewardJoiner Rewards);
}
