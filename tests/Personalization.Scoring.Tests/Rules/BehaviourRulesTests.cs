using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Tests.Rules;

public sealed class BehaviourRulesTests
{
    [Theory]
    [InlineData(BehaviourKind.RageClick, -1)]
    [InlineData(BehaviourKind.Return, -1)]
    [InlineData(BehaviourKind.Abandon, -1)]
    [InlineData(BehaviourKind.RemoveFromCart, -1)]
    [InlineData(BehaviourKind.Dismiss, -1)]
    [InlineData(BehaviourKind.AddToCart, 1)]
    [InlineData(BehaviourKind.Wishlist, 1)]
    [InlineData(BehaviourKind.Purchase, 1)]
    public void Read_TellingAction_HasItsSignAndLittleConfidence(BehaviourKind action, int sign)
    {
        var observation = BehaviourRules.Read(new BehaviourPayload { Action = action })!;

        Assert.Equal(sign, Math.Sign(observation.Valence));
        Assert.InRange(observation.Confidence, 0.05f, 0.55f);
        Assert.Equal(Modality.Behaviour, observation.Modality);
    }

    [Theory]
    [InlineData(BehaviourKind.View)]
    [InlineData(BehaviourKind.Click)]
    [InlineData(BehaviourKind.Search)]
    [InlineData(BehaviourKind.Scroll)]
    [InlineData(BehaviourKind.CheckoutStep)]
    public void Read_PlainAction_SaysNothing(BehaviourKind action)
    {
        Assert.Null(BehaviourRules.Read(new BehaviourPayload { Action = action, DwellMs = 500 }));
    }

    [Theory]
    [InlineData(19_999, false)]
    [InlineData(20_000, true)]
    [InlineData(400_000, false)]
    public void Read_View_SaysSomethingWhenSomebodyLingers(int dwellMs, bool says)
    {
        Assert.Equal(says, BehaviourRules.Read(new BehaviourPayload { Action = BehaviourKind.View, DwellMs = dwellMs }) is not null);
    }

    [Fact]
    public void Read_MoreRageClicks_AreSurer()
    {
        float Confidence(int count) => BehaviourRules.Read(new BehaviourPayload { Action = BehaviourKind.RageClick, Count = count })!.Confidence;

        Assert.True(Confidence(6) > Confidence(3));
        Assert.Equal(Confidence(20), Confidence(int.MaxValue));
    }
}
