using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Profiles;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Decisions;
using Personalization.Domain.Recommendations.Features;
using Personalization.Domain.Recommendations.Modes;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations;

/// <summary>
/// Makes slates: finds candidates, gives each its features, estimates its reward, and draws a slate with exact propensities.
/// Holds no state: safe for concurrent use with one <see cref="RecommendWorkspace"/> per call.
/// </summary>
/// <remarks>
/// <para>
/// Everything up to the draw follows from the input alone: filters and exclusions are applied as candidates are found, the
/// pool from which the slate is drawn is the most promising of them, and diversity is part of the distribution that is
/// drawn from (see <see cref="SlateSampler"/>). A propensity is therefore the exact probability of the item in its slot given
/// the input and the slots above; items outside the pool have probability 0.
/// </para>
/// <para>
/// What is done for every candidate is compiled well at its first call (AggressiveOptimization): it is arithmetic of which a
/// profile tells nothing, and on a busy machine code waits for minutes to be compiled a second time.
/// </para>
/// </remarks>
public sealed class Recommender
{
    private const ulong RememberedSalt = 0x5107_CA4D;

    private static readonly ICandidateGenerator[] s_generators =
    [
        new RepurchaseGenerator(), new CoVisitationGenerator(), new SequenceGenerator(), new FactorGenerator(), new TasteGenerator(),
        new ContentGenerator(), new TrendingGenerator(), new PopularGenerator(), new SentimentGenerator(), new NewGenerator(),
        new BoostedGenerator(),
    ];

    private static readonly PolicySnapshot s_prior = PolicySnapshot.Create(
        new PolicyStatistics(FeatureSchema.Shape, new HybridRidgeOptions { Prior = [.. FeatureSchema.PriorWeights()] }).ChangesSince(0),
        ItemDirectory.Empty);

    private static readonly long s_rotation = TimeSpan.FromMinutes(10).Ticks;

    private static readonly UniformRule s_uniform = new();
    private static readonly Greedy s_greedy = new();

    private readonly RecommenderOptions _options;

    /// <summary>A recommender.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public Recommender(RecommenderOptions? options = null)
    {
        _options = options ?? new RecommenderOptions();
        _options.Validate();
    }

    /// <summary>Makes a slate.</summary>
    /// <param name="input">Everything it follows from.</param>
    /// <param name="workspace">Room to work in; nobody else uses it meanwhile.</param>
    /// <returns>A slate; one without items when nothing may be shown. Never throws for what a caller asked or a snapshot lacks.</returns>
    public Slate Recommend(in RecommendInput input, RecommendWorkspace workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        workspace.Clear();
        var catalog = input.Catalog ?? CatalogSnapshot.Empty;
        var policy = PolicyFor(input);
        UserFeatures.Fill(ProfileFeaturesOf(input), input.Request.Touchpoint, input.Request.Context, workspace.User);
        var unknown = ImmutableArray<string>.Empty;
        var random = new SeededRandom(StableHash.Of(input.DecisionId));
        var drawnFrom = 0;
        var segment = ShopperSegments.Of(input.Shopper.Features);
        var key = _options.KeepPoolFor > TimeSpan.Zero ? KeptPool.Key.Of(input, catalog) : null;
        if (!TakeKept(input, catalog, key, workspace) && catalog.ListedCount > 0)
        {
            FindSeeds(input, catalog, workspace);
            workspace.Affinities.Fill(catalog, input.Shopper);
            workspace.Taste.Fill(catalog, input.Shopper, workspace.Exposures);
            CountExposures(input, catalog, workspace);
            SeedScores.Fill(input.CoVisitation, input.Factors, workspace.Seeds.AsSpan(0, workspace.SeedCount), workspace.Signals);
            (workspace.Graph, workspace.Model) = (input.CoVisitation, input.Factors);
            RankingRules.Compile(catalog, input, workspace.Boosts);
            if (!input.Request.Candidates.IsDefault)
            {
                unknown = TakeRequested(input, catalog, workspace);
                workspace.BaselineCount = Math.Min(input.Request.PageSize, workspace.Candidates.Count);
            }
            else
            {
                drawnFrom = FindCandidates(input, catalog, policy, segment, ref random, workspace);
            }
        }

        Estimate(input, catalog, policy, segment, workspace);
        RankingRules.Apply(catalog, workspace);
        var (count, among) = Draw(input, catalog, policy, drawnFrom, ref random, workspace);
        var next = key is { } kind && workspace.Kept is null && among > 0 ? KeptPool.Keep(kind, input.Now, among, workspace) : null;
        return new SlateBuilder(input, catalog, policy, _options.Examination, workspace).Build(count, unknown, next);
    }

    /// <summary>Takes the candidates of an earlier slate, if they are still good; not when one of them may not be shown any more.</summary>
    private bool TakeKept(in RecommendInput input, CatalogSnapshot catalog, KeptPool.Key? key, RecommendWorkspace workspace)
    {
        if (input.Kept is not { } kept || key is not { } kind || !kept.IsGoodFor(kind, input.Now, _options.KeepPoolFor))
        {
            return false;
        }

        var filter = CompiledFilter.Compile(catalog, input.Request.Filter, []);
        foreach (ref readonly var member in kept.Members)
        {
            if (!workspace.Candidates.TryAdd(member.Item, member.Source, filter))
            {
                workspace.Candidates.Clear();
                return false;
            }
        }

        workspace.Kept = kept;
        return true;
    }

    private static PolicySnapshot PolicyFor(in RecommendInput input) =>
        input.Policy is { } policy && policy.Shape == FeatureSchema.Shape ? policy : s_prior;

    private static ReadOnlySpan<float> ProfileFeaturesOf(in RecommendInput input) =>
        input.Shopper.Features.Length == ProfileFeatures.Count ? input.Shopper.Features : StrangerFeatures.Of(input.User.IsAnonymous);

    /// <summary>What the shopper starts from: what the caller says, then what is in the cart, then what was looked at or bought.</summary>
    private static void FindSeeds(in RecommendInput input, CatalogSnapshot catalog, RecommendWorkspace workspace)
    {
        foreach (var id in input.Request.SeedIds)
        {
            AddSeed(id, catalog, workspace);
        }

        foreach (var product in input.Shopper.InCart)
        {
            AddSeed(product.ProductId, catalog, workspace);
        }

        var turnedTo = new TurnedTo(input.Shopper.Viewed, input.Shopper.Purchased);
        while (workspace.SeedCount < workspace.Seeds.Length && turnedTo.TryNext(out var id))
        {
            AddSeed(id, catalog, workspace);
        }
    }

    private static void CountExposures(in RecommendInput input, CatalogSnapshot catalog, RecommendWorkspace workspace)
    {
        workspace.Exposures.Clear();
        foreach (ref readonly var shown in input.Shopper.Shown)
        {
            if (catalog.Directory.TryFind(shown.ProductId, out var item))
            {
                workspace.Exposures.Slot(item, out _) = shown.Times;
            }
        }
    }

    private static void AddSeed(string id, CatalogSnapshot catalog, RecommendWorkspace workspace)
    {
        if (workspace.SeedCount < workspace.Seeds.Length
            && catalog.Directory.TryFind(id, out var item)
            && !workspace.Seeds.AsSpan(0, workspace.SeedCount).Contains(item))
        {
            workspace.Seeds[workspace.SeedCount++] = item;
        }
    }

    private static ImmutableArray<string> TakeRequested(in RecommendInput input, CatalogSnapshot catalog, RecommendWorkspace workspace)
    {
        ImmutableArray<string>.Builder? unknown = null;
        var everything = CompiledFilter.Everything(catalog);
        var ids = input.Request.Candidates;
        var scores = input.Request.OfflineScores.IsDefault ? [] : input.Request.OfflineScores;
        for (var i = 0; i < ids.Length; i++)
        {
            if (!catalog.Directory.TryFind(ids[i], out var item) || !catalog.IsListed(item))
            {
                (unknown ??= ImmutableArray.CreateBuilder<string>()).Add(ids[i]);
            }
            else if (workspace.Candidates.TryAdd(item, CandidateSource.Requested, everything))
            {
                var said = i < scores.Length ? scores[i] : double.NaN;
                workspace.OfflineScores[workspace.Candidates.Count - 1] = double.IsNaN(said) ? float.NaN : OfflineScores.FeatureOf(said);
            }
        }

        return unknown?.ToImmutable() ?? [];
    }

    /// <summary>Finds candidates as the arm does. Returns, for the random arm, from how many they were drawn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int FindCandidates(
        in RecommendInput input, CatalogSnapshot catalog, PolicySnapshot policy, ShopperSegment segment, ref SeededRandom random, RecommendWorkspace workspace)
    {
        var request = input.Request;
        var candidates = workspace.Candidates;
        var filter = CompiledFilter.Compile(catalog, request.Filter, request.Rules.AsSpan());
        if (input.Arm == RankingArm.Engine && request.AllowRepurchase != false)
        {
            workspace.DueCount = RepurchaseGenerator.FindDue(catalog, input.Shopper, input.Now, workspace.Due);
        }

        Block(input, catalog, filter, workspace);
        if (input.Arm == RankingArm.Random)
        {
            return RandomDraw.Draw(catalog, filter, request.Filter.InStockOnly, request.PageSize, ref random, candidates);
        }

        var context = new GenerationContext
        {
            Catalog = catalog,
            Filter = filter,
            CoVisitation = input.CoVisitation,
            Policy = policy,
            Segment = segment,
            Seeds = workspace.Seeds.AsSpan(0, workspace.SeedCount),
            Facets = workspace.Affinities.Drawn,
            Taste = workspace.Taste,
            TasteScan = workspace.TasteScan,
            Factors = input.Factors,
            Signals = workspace.Signals,
            Due = workspace.Due.AsSpan(0, workspace.DueCount),
            Boosts = CollectionsMarshal.AsSpan(workspace.Boosts),
            Rotation = StableHash.Of(input.User.Value, (ulong)(input.Now.UtcTicks / s_rotation)) >> 1,
            NowTicks = input.Now.UtcTicks,
            Scale = 1 + (request.PageSize / 40),
        };
        if (input.Arm == RankingArm.Popularity || input.IsApprentice)
        {
            RankedLists.Take(catalog.Popular(segment), request.PageSize, CandidateSource.Popular, context, candidates);
            RankedLists.Take(
                catalog.Popular(ShopperSegment.Everyone), request.PageSize - candidates.Count, CandidateSource.Popular, context, candidates);
            Backfill.Fill(context, candidates, request.PageSize);
            workspace.BaselineCount = candidates.Count;
        }

        // An apprentice looks for candidates of its own besides: what it would have made of them is scored.
        if (input.Arm == RankingArm.Popularity)
        {
            return 0;
        }

        foreach (var generator in s_generators)
        {
            generator.Generate(context, candidates);
        }

        Backfill.Fill(context, candidates, 3 * request.PageSize);
        return 0;
    }

    private static void Block(in RecommendInput input, CatalogSnapshot catalog, in CompiledFilter filter, RecommendWorkspace workspace)
    {
        foreach (var id in input.Request.ExcludedIds)
        {
            Block(id, catalog, filter, workspace);
        }

        foreach (var id in input.Request.SeedIds)
        {
            Block(id, catalog, filter, workspace);
        }

        foreach (var rule in input.Request.Rules)
        {
            if (rule.Excludes && rule.ProductId.Length > 0)
            {
                Block(rule.ProductId, catalog, filter, workspace);
            }
        }

        BlockAll(input.Shopper.InCart, catalog, filter, workspace);
        BlockAll(input.Shopper.Dismissed, catalog, filter, workspace);
        if (input.Request.AllowRepurchase != true)
        {
            BlockBought(input.Shopper.Purchased, catalog, filter, workspace);
        }
    }

    /// <summary>Keeps out what was bought, but for what is due again.</summary>
    private static void BlockBought(ReadOnlySpan<ProductAt> bought, CatalogSnapshot catalog, in CompiledFilter filter, RecommendWorkspace workspace)
    {
        var due = workspace.Due.AsSpan(0, workspace.DueCount);
        foreach (ref readonly var product in bought)
        {
            if (catalog.Directory.TryFind(product.ProductId, out var item) && !due.Contains(item))
            {
                workspace.Candidates.Block(item, filter);
            }
        }
    }

    private static void BlockAll(ReadOnlySpan<ProductAt> products, CatalogSnapshot catalog, in CompiledFilter filter, RecommendWorkspace workspace)
    {
        foreach (ref readonly var product in products)
        {
            Block(product.ProductId, catalog, filter, workspace);
        }
    }

    private static void Block(string id, CatalogSnapshot catalog, in CompiledFilter filter, RecommendWorkspace workspace)
    {
        if (catalog.Directory.TryFind(id, out var item))
        {
            workspace.Candidates.Block(item, filter);
        }
    }

    /// <summary>Gives every candidate its features and its estimate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Estimate(
        in RecommendInput input, CatalogSnapshot catalog, PolicySnapshot policy, ShopperSegment segment, RecommendWorkspace workspace)
    {
        var profile = ProfileFeaturesOf(input);
        var thrift = ((2 * profile[(int)ProfileFeature.PriceSensitivity]) - 1) * profile[(int)ProfileFeature.PriceConfidence];
        var pair = new PairFeatures(catalog, workspace, segment, thrift, input.Now.UtcTicks);
        var user = workspace.User.AsSpan();
        policy.Project(user, workspace.Projection);
        var length = Simd.Dot<float>(user, user);
        var items = workspace.Candidates.Items;
        var unseen = MathF.Sqrt(length / policy.ItemLambda);
        var alike = _options.InheritFromAlike ? catalog : null;
        var scored = !input.Request.Candidates.IsDefault && !input.Request.OfflineScores.IsDefaultOrEmpty;
        for (var i = 0; i < items.Length; i++)
        {
            var row = workspace.Features.AsSpan(i * FeatureSchema.ItemCount, FeatureSchema.ItemCount);
            if (workspace.Kept is { } kept)
            {
                pair.Fill(kept.Members[i], row);
            }
            else
            {
                pair.Fill(items[i], row);
            }

            if (scored && !float.IsNaN(workspace.OfflineScores[i]))
            {
                row[(int)ItemFeature.OfflineScore] = workspace.OfflineScores[i];
            }

            var own = policy.BeliefOf(items[i], alike);
            var mean = Simd.Dot<float>(row, workspace.Projection) + Simd.Dot(own.Weights, user);
            var doubt = own.Evidence > 0 ? MathF.Sqrt(length / (policy.ItemLambda + (own.Evidence * length))) : unseen;
            workspace.Means[i] = mean;
            workspace.Optimistic[i] = mean + (_options.PoolOptimism * doubt);
        }
    }

    /// <summary>Draws the slate; its picks are places among the candidates. Returns how many there are, and from a pool of how many.</summary>
    private (int Count, int Among) Draw(
        in RecommendInput input, CatalogSnapshot catalog, PolicySnapshot policy, int drawnFrom, ref SeededRandom random, RecommendWorkspace workspace)
    {
        var candidates = workspace.Candidates;
        var count = Math.Min(input.Request.PageSize, candidates.Count);
        var picks = workspace.Picks.AsSpan(0, count);
        var propensities = workspace.Propensities.AsSpan(0, count);
        var isBaseline = input.Request.Candidates.IsDefault && input.Arm != RankingArm.Engine;
        if (isBaseline)
        {
            for (var i = 0; i < count; i++)
            {
                picks[i] = i;
                propensities[i] = input.Arm == RankingArm.Random ? 1.0 / (drawnFrom - i) : 1;
            }

            // At random, any order is as likely as any other.
            workspace.SwapCount = input.Arm == RankingArm.Random ? SwapsOf(count) : 0;
            workspace.Swaps.AsSpan(0, workspace.SwapCount).Fill(0.5);
            return (count, 0);
        }

        if (count == 0)
        {
            return (0, 0);
        }

        if (input.IsApprentice)
        {
            return (ShowBaseline(input, policy, catalog, workspace), 0);
        }

        var pool = ChoosePool(count, policy, catalog, workspace);
        var (rule, diversity) = RuleOf(input, policy, workspace, pool);
        workspace.SwapCount = input.Arm == RankingArm.Popularity ? 0 : SwapsOf(count);
        workspace.Sampler.Draw(
            rule,
            workspace.PoolMeans.AsSpan(0, pool),
            workspace.PoolVariances.AsSpan(0, pool),
            diversity,
            new ContentSimilarity(workspace.PoolContents),
            ref random,
            picks,
            propensities,
            workspace.Swaps.AsSpan(0, workspace.SwapCount));
        if (input.Arm == RankingArm.Engine && IsRemembered(input.DecisionId))
        {
            workspace.SlotCandidates = workspace.Sampler.CandidatesOf(
                workspace.PoolMeans.AsSpan(0, pool),
                workspace.PoolVariances.AsSpan(0, pool),
                diversity,
                new ContentSimilarity(workspace.PoolContents),
                picks[..Math.Min(count, SlotCandidates.RememberedSlots)]);
        }

        ScoreShadow(input, policy, picks[..Math.Min(count, DecisionShadow.MostSlots)], pool, workspace);
        foreach (ref var pick in picks)
        {
            pick = workspace.Pool[pick];
        }

        return (count, pool);
    }

    /// <summary>Shows what the baseline does, and scores what the policy would have chosen in its place. Returns how many items there are.</summary>
    private int ShowBaseline(in RecommendInput input, PolicySnapshot policy, CatalogSnapshot catalog, RecommendWorkspace workspace)
    {
        var picks = workspace.Picks.AsSpan(0, workspace.BaselineCount);
        for (var i = 0; i < picks.Length; i++)
        {
            picks[i] = i;
        }

        workspace.Propensities.AsSpan(0, picks.Length).Fill(1);
        workspace.SwapCount = 0;
        var pool = ChoosePool(picks.Length, policy, catalog, workspace);
        var scored = picks[..Math.Min(picks.Length, DecisionShadow.MostSlots)];
        ScoreShadow(input, policy, ShadowScoring.PlacesOf(scored, workspace, pool), pool, workspace);
        return picks.Length;
    }

    /// <summary>
    /// Works out how likely the policy in the shadow would have filled the slots as they are, from the candidates that the policy has
    /// chosen: what it would not have chosen from has never been shown, and nothing is known of it.
    /// </summary>
    private void ScoreShadow(in RecommendInput input, PolicySnapshot policy, ReadOnlySpan<int> slate, int pool, RecommendWorkspace workspace)
    {
        if (input.Shadow is not { } shadow || (shadow.Policy is { } other && other.Shape != FeatureSchema.Shape))
        {
            return;
        }

        var (means, variances) = (workspace.PoolMeans, workspace.PoolVariances);
        if (shadow.Policy is { } own)
        {
            ShadowScoring.Estimate(own, _options.InheritFromAlike ? input.Catalog : null, workspace, pool);
            (means, variances) = (workspace.ShadowMeans, workspace.ShadowVariances);
        }

        (workspace.ShadowNumber, workspace.ShadowCount) = (shadow.Number, slate.Length);
        workspace.Sampler.PropensitiesOf(
            ExplorationOf(shadow.Exploration ?? input.Modes!.Exploration, shadow.Policy ?? policy, workspace),
            means.AsSpan(0, pool),
            variances.AsSpan(0, pool),
            Math.Clamp(input.Request.Diversity, 0, 1),
            new ContentSimilarity(workspace.PoolContents),
            slate,
            workspace.ShadowPropensities);
    }

    /// <summary>Of how many slots it is worked out how likely the other order with the slot below was.</summary>
    private static int SwapsOf(int count) => Math.Clamp(count - 1, 0, RecommendWorkspace.MostSwaps);

    // By a coin that has nothing to do with the draw: what is evaluated on a share of decisions holds for all of them.
    private bool IsRemembered(string decisionId) =>
        _options.CandidateLogShare > 0
        && new SeededRandom(StableHash.Of(decisionId, RememberedSalt)).NextUnit() < _options.CandidateLogShare;

    /// <summary>How the pool is drawn from. A baseline that is given its candidates orders them as it would its own.</summary>
    private (IExplorationRule Rule, float Diversity) RuleOf(
        in RecommendInput input, PolicySnapshot policy, RecommendWorkspace workspace, int pool)
    {
        switch (input.Arm)
        {
            case RankingArm.Random:
                return (s_uniform, 0);
            case RankingArm.Popularity:
                for (var i = 0; i < pool; i++)
                {
                    workspace.PoolMeans[i] = workspace.Features[(workspace.Pool[i] * FeatureSchema.ItemCount) + (int)ItemFeature.SegmentPopularity];
                }

                return (s_greedy, 0);
            default:
                return (ExplorationOf(input.Modes?.Exploration, policy, workspace), Math.Clamp(input.Request.Diversity, 0, 1));
        }
    }

    /// <summary>How a policy explores: by the rule that was set, or else as configured.</summary>
    private IExplorationRule ExplorationOf(IExplorationRule? set, PolicySnapshot policy, RecommendWorkspace workspace)
    {
        var rule = set ?? (workspace.IsStranger ? _options.StrangerExploration : _options.Exploration);
        return rule is IPacedRule paced ? paced.At(policy.Standing.Observations, policy.Standing.MeanReward) : rule;
    }

    /// <summary>Chooses the most promising candidates and works out the variance of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int ChoosePool(int slots, PolicySnapshot policy, CatalogSnapshot catalog, RecommendWorkspace workspace)
    {
        var items = workspace.Candidates.Items;
        var size = Math.Min(items.Length, Math.Max(_options.PoolSize, 2 * slots));
        var least = float.NegativeInfinity;
        if (size < items.Length)
        {
            var sorted = workspace.Sorted.AsSpan(0, items.Length);
            workspace.Optimistic.AsSpan(0, items.Length).CopyTo(sorted);
            least = Selection.NthLargest(sorted, size - 1);
        }

        var user = workspace.User.AsSpan();
        var unseen = Simd.Dot<float>(user, user) / policy.ItemLambda;
        var taken = 0;
        for (var i = 0; i < items.Length && taken < size; i++)
        {
            if (workspace.Optimistic[i] >= least)
            {
                workspace.Pool[taken] = i;
                workspace.PoolMeans[taken] = workspace.Means[i];
                workspace.PoolVariances[taken] = policy.Of(items[i]) is { } own
                    ? Math.Max(0, PackedSymmetric<float>.Quadratic(own.Covariance.AsSpan(), user))
                    : unseen;
                workspace.PoolContents[taken++] = catalog.Content(items[i]);
            }
        }

        return taken;
    }

    /// <summary>Candidates are as alike as the products are.</summary>
    private readonly struct ContentSimilarity(ItemContent[] contents) : ISlateSimilarity
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Measure(int candidate, ReadOnlySpan<int> others, Span<float> similarities)
        {
            ref readonly var one = ref contents[candidate];
            for (var i = 0; i < others.Length; i++)
            {
                similarities[i] = ItemContent.Similarity(contents[others[i]], one);
            }
        }
    }
}
