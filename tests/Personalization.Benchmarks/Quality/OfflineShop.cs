using System.Collections.Immutable;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Rewards;
using Personalization.Domain.Scoring;
using Personalization.LoadTest.Arms;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Measuring;
using Personalization.LoadTest.Shoppers;

namespace Personalization.Benchmarks.Quality;

/// <summary>
/// The demo's shop without a server: the same shoppers make the same kind of visits, one after the other, and a judge who
/// knows the truth works out what every slate was worth. The same seed gives the same figures on every machine.
/// </summary>
internal sealed class OfflineShop
{
    private const int Slots = 10;
    private const int PublishEvery = 12;
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
    private readonly SimulatedClock _clock = new(Start);
    private readonly Catalogue _catalogue;
    private readonly SimulatedShopper[] _shoppers;
    private readonly OfflineEngine _engine;
    private readonly PopularityArm _popularity;
    private readonly RandomArm _random;
    private readonly Rng _rng;
    private readonly int _visits;
    private readonly TimeSpan _pace;
    private readonly Dictionary<(int Shopper, int Item), (string Decision, int Slot)> _carted = [];
    private int _quarter;

    /// <param name="seed">The shop and its shoppers.</param>
    /// <param name="products">How many products.</param>
    /// <param name="shoppers">How many shoppers.</param>
    /// <param name="visits">How many visits.</param>
    /// <param name="length">How long they take together.</param>
    /// <param name="options">How the engine ranks; null: as shipped.</param>
    /// <param name="terms">What outcomes are worth to the engine; default: as shipped.</param>
    public OfflineShop(
        int seed, int products, int shoppers, int visits, TimeSpan length, RecommenderOptions? options = null, ImmutableArray<RewardTerm> terms = default)
    {
        _catalogue = CatalogueGenerator.Make(seed, products);
        var factory = new ShopperFactory(seed, _catalogue);
        _shoppers = [.. Enumerable.Range(0, shoppers).Select(i => factory.Make(i, ArmAssignment.Of(i)))];
        _engine = new OfflineEngine(_catalogue, TimeSpan.FromSeconds(4), Start, options, terms);
        _popularity = new PopularityArm(_catalogue, _clock, seed);
        _random = new RandomArm(_catalogue);
        _rng = Rng.For(seed, "arrivals");
        (_visits, _pace) = (visits, length / visits);
    }

    public QualityReport Report { get; } = new();

    /// <summary>Hears of every item of the engine's slates that was seen: its slot, from 1, its score, and whether it was clicked.</summary>
    public Action<int, double, bool>? Seen { get; init; }

    /// <summary>Visits so far.</summary>
    public int VisitsMade { get; private set; }

    /// <summary>What the engine's policy has learned.</summary>
    public PolicyModel Policy => _engine.Policy;

    /// <summary>Runs it.</summary>
    public void Run()
    {
        for (var v = 0; v < _visits; v++)
        {
            _quarter = Math.Min(Tally.Quarters - 1, v * Tally.Quarters / _visits);
            Visit(_shoppers[(int)(_shoppers.Length * Math.Pow(_rng.NextDouble(), 1.5))]);
            VisitsMade++;
            _clock.Advance(_pace);
            if (v % PublishEvery == 0)
            {
                _engine.Publish(_clock.GetUtcNow());
            }
        }
    }

    private void Visit(SimulatedShopper shopper)
    {
        shopper.Mood.Rest();
        SpeakOfSomethingOwned(shopper);
        var sought = PickFamily(shopper);
        if (shopper.Rng.Chance(0.3))
        {
            Did(shopper, BehaviourKind.Search, string.Empty);
        }

        var viewed = Look(shopper, "home", null, null, sought, Touchpoint.Home);
        viewed = Look(shopper, "category", sought, null, sought, Touchpoint.Category) ?? viewed;
        if (viewed is not null && shopper.Rng.Chance(0.5))
        {
            Look(shopper, "product", null, viewed, sought, Touchpoint.Product);
        }

        Checkout(shopper);
        shopper.Mood.Drift(shopper.Rng);
        shopper.Visits++;
    }

    private Item? Look(SimulatedShopper shopper, string placement, int? family, Item? seed, int sought, Touchpoint touchpoint)
    {
        var ask = new SlateRequest(shopper, null!, placement, Slots, family, seed);
        Domain.Recommendations.Slate? made = null;
        Item[] slate;
        if (shopper.Arm == Arm.Engine)
        {
            var answer = _engine.Recommend(shopper.UserId, ToRequest(ask, touchpoint), _clock.GetUtcNow());
            slate = [.. answer.Items.Select(i => _catalogue.Find(i.ItemId)!)];
            made = answer;
            Judge(ask, slate, sought);
        }
        else
        {
            slate = Baseline(shopper.Arm, ask);
        }

        return Browse(shopper, slate, made, sought);
    }

    private Item? Browse(SimulatedShopper shopper, Item[] slate, Domain.Recommendations.Slate? made, int sought)
    {
        var decision = made?.Decision.DecisionId ?? string.Empty;
        var depth = ChoiceModel.Depth(shopper, slate.Length);
        var outcomes = new List<(OutcomeKind Kind, int Slot)>();
        var clicked = new List<int>();
        for (var i = 0; i < Math.Min(depth, slate.Length); i++)
        {
            outcomes.Add((OutcomeKind.Impression, i));
            if (shopper.Rng.Chance(ChoiceModel.Click(shopper, slate[i], i + 1, sought)) && clicked.Count < 2)
            {
                clicked.Add(i);
                outcomes.Add((OutcomeKind.Click, i));
                _popularity.Observe(slate[i], 1);
            }
            else if (shopper.Rng.Chance(ChoiceModel.Dismiss(shopper, slate[i])))
            {
                outcomes.Add((OutcomeKind.Dismiss, i));
            }

            if (made is not null)
            {
                Seen?.Invoke(i + 1, made.Items[i].Score, clicked.Contains(i));
            }

            shopper.Expose(slate[i]);
        }

        Report.Clicked[(int)shopper.Arm].Add((clicked.Count, Math.Min(depth, slate.Length)), _quarter);
        shopper.Mood.Move(ChoiceModel.SlateFeeling(shopper, slate.AsSpan(0, Math.Min(depth, slate.Length))));
        foreach (var i in clicked)
        {
            View(shopper, slate[i], i, decision, outcomes);
        }

        foreach (var (kind, slot) in decision.Length > 0 ? outcomes : [])
        {
            Fold(shopper, new RecommendationOutcomePayload(decision, kind, slot + 1, 0, null, string.Empty), slate[slot].ProductId);
        }

        return clicked.Count > 0 ? slate[clicked[^1]] : null;
    }

    private void View(SimulatedShopper shopper, Item item, int slot, string decision, List<(OutcomeKind Kind, int Slot)> outcomes)
    {
        Did(shopper, BehaviourKind.Click, item.ProductId);
        if (item.Family.TryOn && shopper.Manner.Camera && shopper.Rng.Chance(0.55))
        {
            Feel(shopper, item, Modality.Face, ChoiceModel.TryOnFeeling(shopper, item) + (0.4 * shopper.Rng.Normal()));
        }

        if (shopper.Rng.Chance(ChoiceModel.AddToCart(shopper, item)))
        {
            shopper.Cart.Add(new CartEntry(item, null));
            _popularity.Observe(item, PopularityArm.CartWeight);
            outcomes.Add((OutcomeKind.AddToCart, slot));
            _carted[(shopper.Index, item.Index)] = (decision, slot);
            Did(shopper, BehaviourKind.AddToCart, item.ProductId);
        }

        Fold(shopper, new BehaviourPayload { Action = BehaviourKind.View, DwellMs = ChoiceModel.DwellMs(shopper, item) }, item.ProductId);
    }

    private void Checkout(SimulatedShopper shopper)
    {
        if (shopper.Cart.Count == 0 || !shopper.Rng.Chance(0.7))
        {
            return;
        }

        Did(shopper, BehaviourKind.CheckoutStep, string.Empty);
        if (!shopper.Rng.Chance(ChoiceModel.Buy(shopper, 0, 0)))
        {
            Did(shopper, BehaviourKind.Abandon, string.Empty);
            shopper.Mood.Move(-0.05);
            shopper.Cart.Clear();
            return;
        }

        foreach (var (item, _) in shopper.Cart)
        {
            Buy(shopper, item);
        }

        shopper.Mood.Move(0.15, 0.1);
        shopper.Cart.Clear();
    }

    private void Buy(SimulatedShopper shopper, Item item)
    {
        var margin = decimal.Round(item.Price * (decimal)item.MarginRate, 2);
        Fold(shopper, new BehaviourPayload { Action = BehaviourKind.Purchase, Revenue = item.Price, Currency = Item.Currency }, item.ProductId);
        if (_carted.Remove((shopper.Index, item.Index), out var origin) && origin.Decision.Length > 0)
        {
            Fold(shopper, new RecommendationOutcomePayload(origin.Decision, OutcomeKind.Purchase, origin.Slot + 1, item.Price, margin, Item.Currency), item.ProductId);
        }

        _popularity.Observe(item, PopularityArm.PurchaseWeight);
        shopper.Purchased.Add(item.Index);
        shopper.Owned.Add(new Possession(item, ChoiceModel.Satisfaction(shopper, item)) { Bought = true });
    }

    private void SpeakOfSomethingOwned(SimulatedShopper shopper)
    {
        var unspoken = shopper.Owned.Find(p => !p.SpokenOf);
        if (unspoken is not null && shopper.Rng.Chance(0.35 + (0.5 * shopper.Manner.Talkativeness)))
        {
            unspoken.SpokenOf = true;
            Feel(shopper, unspoken.Item, Modality.Text, unspoken.Satisfaction + (0.3 * shopper.Rng.Normal()));
        }
    }

    private int PickFamily(SimulatedShopper shopper)
    {
        var sums = new double[Family.All.Count];
        double sum = 0;
        for (var f = 0; f < sums.Length; f++)
        {
            sum += _catalogue.ByFamily[f].Length == 0 ? 0 : Math.Exp(1.3 * shopper.Taste.Families[f]);
            sums[f] = sum;
        }

        return shopper.Rng.PickCumulative(sums);
    }

    /// <summary>A feeling as a scorer reads it: more or less.</summary>
    private void Feel(SimulatedShopper shopper, Item item, Modality modality, double read)
    {
        var observation = new SentimentObservation
        {
            Modality = modality, Valence = (float)Math.Clamp(read, -1, 1), Arousal = 0, Confidence = 0.8f, ModelVersion = "noisy@1",
        };
        EventPayload payload = modality == Modality.Text
            ? new TextFeedbackPayload(string.Empty, "…", "en")
            : new ArFramesPayload([]);
        _engine.Fold(shopper.UserId, payload, item.ProductId, _clock.GetUtcNow(), observation);
    }

    private void Did(SimulatedShopper shopper, BehaviourKind what, string productId) =>
        Fold(shopper, new BehaviourPayload { Action = what }, productId);

    private void Fold(SimulatedShopper shopper, EventPayload payload, string productId) =>
        _engine.Fold(shopper.UserId, payload, productId, _clock.GetUtcNow());

    private Item[] Baseline(Arm arm, in SlateRequest ask)
    {
        ISlateSource source = arm == Arm.Popularity ? _popularity : _random;
        return source.FillAsync(ask, CancellationToken.None).GetAwaiter().GetResult().Items;
    }

    private static RecommendRequest ToRequest(in SlateRequest ask, Touchpoint touchpoint)
    {
        ImmutableArray<string> seeds = ask.Seed is { } seed ? [seed.ProductId] : [];
        return new RecommendRequest
        {
            Placement = ask.Placement,
            Touchpoint = touchpoint,
            PageSize = ask.Slots,
            Filter = ask.Family is { } family ? new ItemFilter { Categories = [Family.All[family].Path] } : ItemFilter.Default,
            SeedIds = seeds,
            ExcludedIds = [.. ask.Shopper.Owned.Where(p => p.Bought).Select(p => p.Item.ProductId), .. seeds],
        };
    }

    /// <summary>Works out what the page was worth, and what it could have been.</summary>
    private void Judge(SlateRequest ask, Item[] slate, int sought)
    {
        var shopper = ask.Shopper;
        var eligible = (ask.Family is { } family ? _catalogue.ByFamily[family] : _catalogue.Items).Where(i => Eligibility.Allows(ask, i)).ToArray();
        var best = PageValue.Best(shopper, eligible, 50, sought);
        var workspace = _engine.Workspace;
        var candidates = new Item[workspace.Candidates.Count];
        var means = new float[candidates.Length];
        for (var i = 0; i < candidates.Length; i++)
        {
            candidates[i] = _catalogue.Find(_engine.Catalog.Directory[workspace.Candidates.Items[i]])!;
            means[i] = -workspace.Means[i];
        }

        var greedy = (Item[])candidates.Clone();
        Array.Sort(means, greedy);
        var value = PageValue.Of(shopper, slate, sought);
        var popular = PageValue.Of(shopper, Baseline(Arm.Popularity, ask), sought);
        Report.Engine.Add(value, _quarter);
        Report.Greedy.Add(PageValue.Of(shopper, greedy.AsSpan(0, Math.Min(Slots, greedy.Length)), sought), _quarter);
        Report.BestOfCandidates.Add(PageValue.Of(shopper, PageValue.Best(shopper, candidates, Slots, sought), sought), _quarter);
        Report.BestOfAll.Add(PageValue.Of(shopper, best.AsSpan(0, Math.Min(Slots, best.Length)), sought), _quarter);
        Report.Popularity.Add(popular, _quarter);
        Report.Random.Add(PageValue.Of(shopper, Chance(eligible), sought), _quarter);
        Report.Recalled += best.Intersect(candidates).Count() / (double)best.Length;
        Report.Pages++;
        if (ask.Family is null)
        {
            Report.TasteKnown.Add((Correlation(
                [.. eligible.Select(i => (double)workspace.Taste.Of(_engine.Catalog.TasteParts(NumberOf(i))))], [.. eligible.Select(shopper.Taste.Of)]), 1), _quarter);
        }

        Of(Report.ByPlacement, ask.Placement).Add(value, _quarter);
        Of(Report.PopularityByPlacement, ask.Placement).Add(popular, _quarter);
    }

    private int NumberOf(Item item) => _engine.Catalog.Directory.TryFind(item.ProductId, out var number) ? number : throw new InvalidOperationException(item.ProductId);

    /// <summary>Pearson's; 0 when either does not vary.</summary>
    private static double Correlation(double[] x, double[] y)
    {
        var (mx, my) = (x.Average(), y.Average());
        double xy = 0, xx = 0, yy = 0;
        for (var i = 0; i < x.Length; i++)
        {
            xy += (x[i] - mx) * (y[i] - my);
            xx += (x[i] - mx) * (x[i] - mx);
            yy += (y[i] - my) * (y[i] - my);
        }

        return xx * yy > 0 ? xy / Math.Sqrt(xx * yy) : 0;
    }

    private Item[] Chance(Item[] eligible) => [.. Enumerable.Range(0, Math.Min(Slots, eligible.Length)).Select(_ => _rng.Pick(eligible))];

    private static Tally Of(Dictionary<string, Tally> tallies, string placement)
    {
        if (!tallies.TryGetValue(placement, out var tally))
        {
            tallies.Add(placement, tally = new Tally());
        }

        return tally;
    }
}
