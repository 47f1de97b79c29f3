using Google.Protobuf.WellKnownTypes;
using Personalization.V1;

namespace Personalization.Client;

/// <summary>
/// Makes the common events. Who, when and the event's id are filled in by the <see cref="ShopperSession"/> that tracks them,
/// where they are not set.
/// </summary>
public static class Events
{
    /// <summary>A product was looked at.</summary>
    /// <param name="productId">The product.</param>
    /// <param name="dwell">For how long: zero to a day.</param>
    /// <param name="depth">Share of the page that was seen, [0, 1].</param>
    public static Event View(string productId, TimeSpan dwell, float depth = 0)
    {
        var view = Did(BehaviourAction.View, productId);
        view.Behaviour.DwellMs = (int)dwell.TotalMilliseconds;
        view.Behaviour.Depth = depth;
        return view;
    }

    /// <summary>A shopper searched.</summary>
    /// <param name="term">For what: up to 256 characters.</param>
    public static Event Search(string term)
    {
        var search = Did(BehaviourAction.Search, string.Empty, Touchpoint.Search);
        search.Behaviour.Term = term;
        return search;
    }

    /// <summary>A shopper bought, or sent back.</summary>
    /// <param name="action"><see cref="BehaviourAction.Purchase"/> or <see cref="BehaviourAction.Return"/>.</param>
    /// <param name="productId">The product.</param>
    /// <param name="revenue">The money, total, not negative.</param>
    /// <param name="margin">What of it the shop keeps; null: as the catalogue says.</param>
    /// <exception cref="ArgumentException">The action is neither of the two.</exception>
    public static Event Sale(BehaviourAction action, string productId, Money revenue, Money? margin = null)
    {
        if (action is not (BehaviourAction.Purchase or BehaviourAction.Return))
        {
            throw new ArgumentException("action must be PURCHASE or RETURN: nothing else moves money.", nameof(action));
        }

        var sale = Did(action, productId, action == BehaviourAction.Purchase ? Touchpoint.Checkout : Touchpoint.PostPurchase);
        sale.Behaviour.Revenue = revenue;
        sale.Behaviour.Margin = margin;
        return sale;
    }

    /// <summary>A shopper did something.</summary>
    /// <param name="action">What.</param>
    /// <param name="productId">To which product; empty when to none.</param>
    /// <param name="touchpoint">Where.</param>
    public static Event Did(BehaviourAction action, string productId, Touchpoint touchpoint = Touchpoint.Product) => new()
    {
        ProductId = productId,
        Touchpoint = touchpoint,
        Channel = Channel.Web,
        Behaviour = new Behaviour { Action = action },
    };

    /// <summary>A shopper wrote a review.</summary>
    /// <param name="productId">Of this product.</param>
    /// <param name="text">The review: 1 to 20,000 characters.</param>
    /// <param name="title">Its headline: up to 500 characters.</param>
    public static Event Review(string productId, string text, string title = "") =>
        Wrote(Channel.Review, text, productId, Touchpoint.PostPurchase, title);

    /// <summary>A shopper wrote something.</summary>
    /// <param name="channel">Where it was written: review, chat, e-mail, SMS, social, ticket.</param>
    /// <param name="text">1 to 20,000 characters.</param>
    /// <param name="productId">About which product; empty when about none.</param>
    /// <param name="touchpoint">Where on the way.</param>
    /// <param name="title">A headline: up to 500 characters.</param>
    public static Event Wrote(
        Channel channel, string text, string productId = "", Touchpoint touchpoint = Touchpoint.Support, string title = "") => new()
        {
            ProductId = productId,
            Touchpoint = touchpoint,
            Channel = channel,
            TextFeedback = new TextFeedback { Title = title, Text = text },
        };

    /// <summary>A shopper answered a survey question on its metric's own scale (NPS 0–10, CSAT 1–5, CES 1–7).</summary>
    /// <param name="surveyId">The survey.</param>
    /// <param name="questionId">The question.</param>
    /// <param name="metric">What it measures.</param>
    /// <param name="score">The point on the scale.</param>
    /// <param name="productId">About which product; empty when about none.</param>
    public static Event Answer(string surveyId, string questionId, SurveyMetric metric, double score, string productId = "") => new()
    {
        ProductId = productId,
        Touchpoint = Touchpoint.PostPurchase,
        Channel = Channel.Survey,
        SurveyAnswer = new SurveyAnswer { SurveyId = surveyId, QuestionId = questionId, Metric = metric, Score = score },
    };

    /// <summary>A time as the contract carries it.</summary>
    internal static Timestamp At(DateTimeOffset time) => Timestamp.FromDateTimeOffset(time);
}
