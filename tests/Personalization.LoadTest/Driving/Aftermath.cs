using Personalization.Client;
using Personalization.LoadTest.Arms;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Feelings;
using Personalization.LoadTest.Shoppers;
using Personalization.V1;

namespace Personalization.LoadTest.Driving;

/// <summary>What comes of earlier purchases: parcels go back, reviews are written, surveys answered, friends told.</summary>
internal sealed class Aftermath(Visit visit)
{
    private readonly SimulatedShopper _shopper = visit.Shopper;

    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        foreach (var possession in _shopper.Owned)
        {
            if (!possession.Settled)
            {
                possession.Settled = true;
                await KeepOrReturnAsync(possession, cancellationToken);
            }
        }

        var unspoken = _shopper.Owned.Find(p => !p.SpokenOf);
        if (unspoken is not null && _shopper.Rng.Chance(0.35 + (0.5 * _shopper.Manner.Talkativeness)))
        {
            unspoken.SpokenOf = true;
            await SpeakAsync(unspoken, cancellationToken);
        }
    }

    private async ValueTask KeepOrReturnAsync(Possession possession, CancellationToken cancellationToken)
    {
        _shopper.Mood.Move(0.15 * possession.Satisfaction);
        if (!_shopper.Rng.Chance(ChoiceModel.Return(possession.Satisfaction)))
        {
            return;
        }

        var money = Amounts.Of(possession.Paid, Item.Currency);
        await visit.PostAsync(Events.Sale(BehaviourAction.Return, possession.Item.ProductId, money), cancellationToken);
        if (possession.Origin is { } origin)
        {
            await visit.ReportAsync([origin.Slate.Sale(OutcomeKind.Return, origin.Shown, money)], cancellationToken);
        }
    }

    private async ValueTask SpeakAsync(Possession possession, CancellationToken cancellationToken)
    {
        var (item, feeling) = (possession.Item, possession.Satisfaction);
        var words = visit.Words;
        var way = _shopper.Rng.NextDouble();
        var said = way switch
        {
            < 0.55 => Events.Review(item.ProductId, words.Review(item, feeling), words.Title(feeling)),
            < 0.65 => Events.Wrote(Channel.Social, words.Post(item, feeling), item.ProductId, Touchpoint.PostPurchase),
            < 0.72 => Events.Wrote(Channel.Email, words.Review(item, feeling), item.ProductId, Touchpoint.PostPurchase),
            _ => Answer(item, feeling, way < 0.88 ? SurveyMetric.Csat : SurveyMetric.Nps),
        };
        visit.World.Feelings.Expressed(item);
        await visit.PostAsync(said, cancellationToken);
    }

    private Event Answer(Item item, double feeling, SurveyMetric metric)
    {
        var answer = SurveyGenerator.Make(_shopper.Rng, metric, feeling);
        if (_shopper.Rng.Chance(0.4 * _shopper.Manner.Talkativeness))
        {
            answer.Text = visit.Words.Post(item, feeling);
        }

        return new Event
        {
            ProductId = item.ProductId,
            Touchpoint = Touchpoint.PostPurchase,
            Channel = Channel.Survey,
            SurveyAnswer = answer,
        };
    }
}
