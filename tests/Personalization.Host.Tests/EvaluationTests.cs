using Google.Protobuf.WellKnownTypes;
using Personalization.Client;
using Personalization.V1;

namespace Personalization.Host.Tests;

/// <summary>Policies evaluated from the log that the engine as it is shipped wrote itself.</summary>
public sealed class EvaluationTests : IDisposable
{
    private const int Shoppers = 8;
    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public async Task EvaluatePolicy_SlatesTheEngineMade_AreEvaluatedWhenTheirCandidatesAreLogged(int share)
    {
        await using var host = await InProcessHost.StartAsync(
            _data.Path, "--Scoring:AllowRulesOnly", "true", "--Rewards:Window", "00:00:01", "--Recommender:CandidateLogShare", share == 1 ? "1" : "0");
        using var engine = PersonalizationClient.Over(host.Channel.CreateCallInvoker());
        await FillAsync(engine);
        for (var i = 0; i < Shoppers; i++)
        {
            var visit = engine.OpenSession(Who.User($"shopper-{i}", "visit"));
            var slate = await visit.RecommendAsync(new RecommendRequest { Placement = "home", PageSize = 3 });
            await visit.ReportAsync(slate.Impressions().Append(slate.Click(slate.Items[0])));
        }

        // The rule that the engine draws by for shoppers of whom nothing is known: every weight must be 1.
        var response = await ReadAllAsync(engine, new TargetPolicy { Linmed = new LinMedRule { Beta = 0.2, Floor = 0.05 } });
        Assert.Equal((share * Shoppers, (1 - share) * Shoppers), (response.Counts.Evaluated, response.Counts.WithoutCandidates));
        Assert.Equal(PolicyVerdict.Refused, response.Verdict);
        if (share > 0)
        {
            Assert.Equal(1, response.Slates.Weights.MaxWeight, 1e-5);
            Assert.Equal(1, response.Slates.Weights.MeanWeight, 1e-5);
            Assert.Equal(1, response.Slates.OnPolicy.Value);
        }
    }

    private static async Task FillAsync(PersonalizationClient engine)
    {
        var products = Enumerable.Range(0, 12).Select(static i => new Product
        {
            ProductId = $"product-{i}", Title = $"Product {i}", Brand = $"brand-{i % 3}", CategoryPath = { "care", $"kind-{i % 4}" },
            Price = Amounts.Of(10 + i, "EUR"), InStock = true,
        });
        await engine.Catalog.UpsertProductsAsync(new UpsertProductsRequest { Products = { products } });

        // Slates see it a moment later.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var reader = engine.OpenSession(Who.User("reader", "visit"));
        while ((await reader.RecommendAsync(new RecommendRequest { Placement = "home", PageSize = 3 })).Items.Count < 3)
        {
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>Asks until every decision is in the log and its window has closed.</summary>
    private static async Task<EvaluatePolicyResponse> ReadAllAsync(PersonalizationClient engine, TargetPolicy target)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        for (; ; await Task.Delay(50, patience.Token))
        {
            var response = await engine.Evaluations.EvaluatePolicyAsync(
                new EvaluatePolicyRequest
                {
                    From = Timestamp.FromDateTime(DateTime.UtcNow.AddHours(-1)),
                    To = Timestamp.FromDateTime(DateTime.UtcNow.AddHours(1)),
                    Target = target,
                    Measure = RewardMeasure.Click,
                    MaxSlots = 1,
                },
                cancellationToken: patience.Token);
            if (response.Counts.Read == Shoppers && response.Counts.WindowOpen == 0)
            {
                return response;
            }
        }
    }
}
