using Personalization.Client;
using Personalization.V1;

namespace Personalization.LoadTest.Tests.Client;

public sealed class AttributionTests
{
    private static RecommendResponse Slate()
    {
        var slate = new RecommendResponse { DecisionId = "d1", AttributionToken = "signed" };
        slate.Items.Add(new RecommendedItem { ProductId = "a", Rank = 1 });
        slate.Items.Add(new RecommendedItem { ProductId = "b", Rank = 2 });
        return slate;
    }

    [Fact]
    public void Impressions_PartOfASlateSeen_AreTheTopOfItWithTheToken()
    {
        var outcome = Assert.Single(Slate().Impressions(seen: 1));
        Assert.Equal(("a", 1, OutcomeKind.Impression, "signed"), (outcome.ProductId, outcome.Position, outcome.Kind, outcome.AttributionToken));
    }

    [Fact]
    public void Click_ReportedTwice_HasTheSameId()
    {
        var slate = Slate();
        Assert.Equal(slate.Click(slate.Items[1]).OutcomeId, slate.Click(slate.Items[1]).OutcomeId);
        Assert.NotEqual(slate.Click(slate.Items[0]).OutcomeId, slate.Click(slate.Items[1]).OutcomeId);
    }
}
