using Personalization.Client;
using Personalization.LoadTest.Arms;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Feelings;
using Personalization.LoadTest.Shoppers;
using Personalization.V1;

namespace Personalization.LoadTest.Driving;

/// <summary>Looks at a page's slate, clicks, views, tries on, and fills the cart, by <see cref="ChoiceModel"/>.</summary>
internal sealed class Browsing(Visit visit)
{
    /// <summary>How many items every page shows, whoever fills it.</summary>
    public const int Slots = 10;

    private const int MaxViewsPerPage = 2;
    private readonly SimulatedShopper _shopper = visit.Shopper;
    private readonly World _world = visit.World;

    /// <summary>Looks at a page.</summary>
    /// <param name="placement">Its slate's placement.</param>
    /// <param name="family">The only family it shows; null: all.</param>
    /// <param name="seed">The product it is about; null: none.</param>
    /// <param name="touchpoint">Where it is.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async ValueTask LookAsync(string placement, int? family, Item? seed, Touchpoint touchpoint, CancellationToken cancellationToken)
    {
        var request = new SlateRequest(_shopper, visit.Session, placement, Slots, family, seed);
        var slate = await _world.SlatesFor(_shopper).FillAsync(request, cancellationToken);
        var depth = ChoiceModel.Depth(_shopper, slate.Items.Length);
        var outcomes = new List<Outcome>(depth + 4);
        var clicked = new List<int>(MaxViewsPerPage);
        for (var i = 0; i < Math.Min(depth, slate.Items.Length); i++)
        {
            Report(outcomes, slate, i, OutcomeKind.Impression);
            Decide(slate, i, clicked, outcomes);
            _shopper.Expose(slate.Items[i]);
        }

        _world.ArmRecord.Looked(_shopper, Math.Min(depth, slate.Items.Length), clicked.Count, _world.Progress);
        _shopper.Mood.Move(ChoiceModel.SlateFeeling(_shopper, slate.Items.AsSpan(0, Math.Min(depth, slate.Items.Length))));
        foreach (var i in clicked)
        {
            await ViewAsync(slate, i, touchpoint, outcomes, cancellationToken);
        }

        await visit.ReportAsync(outcomes, cancellationToken);
    }

    private void Decide(Slate slate, int i, List<int> clicked, List<Outcome> outcomes)
    {
        var item = slate.Items[i];
        var wants = _shopper.Rng.Chance(ChoiceModel.Click(_shopper, item, i + 1, visit.SoughtFamily));
        if (wants && clicked.Count < MaxViewsPerPage)
        {
            clicked.Add(i);
            Report(outcomes, slate, i, OutcomeKind.Click);
            _world.Popularity.Observe(item, 1);
        }
        else if (_shopper.Rng.Chance(ChoiceModel.Dismiss(_shopper, item)))
        {
            Report(outcomes, slate, i, OutcomeKind.Dismiss);
        }
    }

    private async ValueTask ViewAsync(Slate slate, int i, Touchpoint from, List<Outcome> outcomes, CancellationToken cancellationToken)
    {
        var item = slate.Items[i];
        visit.LastViewed = item;
        await visit.PostAsync(Events.Did(BehaviourAction.Click, item.ProductId, from), cancellationToken);
        await TryOnAsync(item, cancellationToken);
        if (_shopper.Rng.Chance(ChoiceModel.AddToCart(_shopper, item)))
        {
            _shopper.Cart.Add(new CartEntry(item, slate.Origins.Length > i ? slate.Origins[i] : null));
            _world.Popularity.Observe(item, PopularityArm.CartWeight);
            _world.ArmRecord.Carted(_shopper);
            Report(outcomes, slate, i, OutcomeKind.AddToCart);
            await visit.PostAsync(Events.Did(BehaviourAction.AddToCart, item.ProductId), cancellationToken);
        }
        else if (_shopper.Rng.Chance(0.05))
        {
            await visit.PostAsync(Events.Did(BehaviourAction.Wishlist, item.ProductId), cancellationToken);
        }

        // The last of a view, and waited for: the next page knows of all of it.
        var dwell = TimeSpan.FromMilliseconds(ChoiceModel.DwellMs(_shopper, item));
        await visit.TrackAsync(Events.View(item.ProductId, dwell, (float)_shopper.Rng.Between(0.2, 1)), cancellationToken);
    }

    /// <summary>The face of who tries on tells what they feel. A front end that forgot to ask sends it without consent, now and then.</summary>
    private async ValueTask TryOnAsync(Item item, CancellationToken cancellationToken)
    {
        var manner = _shopper.Manner;
        if (!item.Family.TryOn || !_shopper.Rng.Chance(manner.Camera ? 0.55 : 0.03))
        {
            return;
        }

        var feeling = ChoiceModel.TryOnFeeling(_shopper, item);
        var look = FaceGenerator.Make(_shopper.Rng, feeling, _shopper.Mood.Arousal, manner.Expressiveness, 8 + _shopper.Rng.Next(13));
        _shopper.Mood.Move(0.1 * feeling, 0.05);
        if (manner.Camera)
        {
            _world.Feelings.Expressed(item);
        }

        await visit.PostAsync(
            new Event { ProductId = item.ProductId, Touchpoint = Touchpoint.TryOn, Channel = Channel.ArTryOn, ArFrames = look }, cancellationToken);
    }

    private static void Report(List<Outcome> outcomes, Slate slate, int i, OutcomeKind kind)
    {
        if (i < slate.Origins.Length)
        {
            outcomes.Add(slate.Origins[i].Slate.Became(kind, slate.Origins[i].Shown));
        }
    }
}
