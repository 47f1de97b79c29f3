using Personalization.Client;
using Personalization.V1;

namespace Personalization.Host.Tests;

/// <summary>From clicks to a decision that the model of purchase intent had its part in.</summary>
public sealed class IntentTests
{
    [Fact]
    public async Task Decide_AtTheCheckout_UsesTheModelThatTheStatusNames()
    {
        using var data = new TemporaryFolder();
        await using var host = await InProcessHost.StartAsync(data.Path, "--Intent:Timeout", "00:00:10");
        using var engine = PersonalizationClient.Over(host.Channel.CreateCallInvoker());
        var visit = engine.OpenSession(Who.User("ines", "visit-1"));
        await visit.TrackAsync(Events.View("cream", TimeSpan.FromSeconds(40)));
        var looking = await visit.GetProfileAsync();
        await visit.TrackAsync(Events.Did(BehaviourAction.AddToCart, "cream"));
        await visit.TrackAsync(Events.Did(BehaviourAction.CheckoutStep, "", Touchpoint.Checkout));
        var buying = await visit.GetProfileAsync();
        var decision = await visit.DecideAsync(new DecideRequest
        {
            Touchpoint = Touchpoint.Checkout,
            Cart = { new CartLine { ProductId = "cream", Quantity = 1, UnitPrice = new Money { CurrencyCode = "EUR", Units = 20 } } },
        });

        var models = (await new SentimentService.SentimentServiceClient(host.Channel).ListModelsAsync(new ListModelsRequest())).Models;
        Assert.Equal(models.Single(static m => m.Name == "behaviour").Version, decision.PurchaseIntentBy);
        Assert.Equal(decision.PurchaseIntentBy, buying.PurchaseIntentBy);
        Assert.True(buying.PurchaseIntent > looking.PurchaseIntent + 0.2, $"{looking.PurchaseIntent} and {buying.PurchaseIntent}");
        Assert.Equal(buying.PurchaseIntent, decision.PurchaseIntent, 0.05);
        Assert.DoesNotContain(decision.Degraded, static d => d.Reason == "INTENT_BY_RULE");
    }
}
