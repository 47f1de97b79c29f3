using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Personalization.V1;

namespace Personalization.LoadTest.Tests.Fakes;

internal sealed class FakeIngestion(FakeEngine engine) : IngestionService.IngestionServiceBase
{
    public override Task<IngestEventsResponse> IngestEvents(IngestEventsRequest request, ServerCallContext context)
    {
        if (Interlocked.Decrement(ref engine.RefuseCalls) >= 0)
        {
            throw Refusal(TimeSpan.FromMilliseconds(5));
        }

        var response = new IngestEventsResponse();
        response.Results.AddRange(request.Events.Select(engine.Take));
        response.ConsistencyToken = engine.Token();
        return Task.FromResult(response);
    }

    public override async Task StreamEvents(
        IAsyncStreamReader<StreamEventsRequest> requests, IServerStreamWriter<StreamEventsResponse> responses, ServerCallContext context)
    {
        await responses.WriteAsync(new StreamEventsResponse { Credits = engine.Credits });
        var taken = 0;
        await foreach (var message in requests.ReadAllAsync(context.CancellationToken))
        {
            engine.CreditsOverdrawn = Math.Max(engine.CreditsOverdrawn, message.Events.Count - engine.Credits);
            var response = new StreamEventsResponse { AckSequence = message.Sequence, Credits = engine.Credits };
            response.Results.AddRange(message.Events.Select(engine.Take));
            response.ConsistencyToken = engine.Token();
            if (++taken == engine.BreakStreamAfter)
            {
                // Taken, and never acknowledged: the client has to send it again.
                engine.BreakStreamAfter = 0;
                throw new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "broken on purpose"));
            }

            await responses.WriteAsync(response);
        }
    }

    /// <summary>A refusal that names when to try again.</summary>
    public static RpcException Refusal(TimeSpan retryAfter)
    {
        var status = new Google.Rpc.Status { Code = (int)StatusCode.ResourceExhausted, Message = "behind" };
        status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(retryAfter) }));
        return new RpcException(
            new Grpc.Core.Status(StatusCode.ResourceExhausted, "behind"), new Metadata { { "grpc-status-details-bin", status.ToByteArray() } });
    }
}

internal sealed class FakeRecommendations(FakeEngine engine) : RecommendationService.RecommendationServiceBase
{
    public override Task<RecommendResponse> Recommend(RecommendRequest request, ServerCallContext context)
    {
        engine.Recommendations.Enqueue(request);
        var seed = engine.NextSeed(request.Shopper.UserId);
        // In an order of their own: that of a hash table differs from process to process.
        var eligible = engine.Products.Values.OrderBy(p => p.ProductId, StringComparer.Ordinal).Where(p =>
            p.InStock
            && !request.ExcludedProductIds.Contains(p.ProductId)
            && (request.Filter is null || request.Filter.Categories.Contains(string.Join('/', p.CategoryPath)))).ToArray();
        var chosen = engine.Choose?.Invoke(request, eligible) ?? Shuffled(eligible, seed);
        var response = new RecommendResponse { DecisionId = Guid.NewGuid().ToString("N"), AttributionToken = "token", PageSize = request.PageSize };
        response.Items.AddRange(chosen.Take(request.PageSize).Select((p, i) => new RecommendedItem
        {
            ProductId = p.ProductId,
            Rank = i + 1,
            Source = "FAKE",
        }));
        return Task.FromResult(response);
    }

    private static Product[] Shuffled(Product[] products, int seed)
    {
        new Random(seed).Shuffle(products);
        return products;
    }
}

internal sealed class FakeRewards(FakeEngine engine) : RewardService.RewardServiceBase
{
    public override Task<ReportOutcomesResponse> ReportOutcomes(ReportOutcomesRequest request, ServerCallContext context)
    {
        var response = new ReportOutcomesResponse { ConsistencyToken = engine.Token() };
        foreach (var outcome in request.Outcomes)
        {
            response.Results.Add(new OutcomeResult
            {
                Index = response.Results.Count,
                OutcomeId = outcome.OutcomeId,
                Status = engine.Outcomes.TryAdd(outcome.OutcomeId, outcome) ? OutcomeStatus.Accepted : OutcomeStatus.Duplicate,
            });
        }

        return Task.FromResult(response);
    }
}

internal sealed class FakeInterventions(FakeEngine engine) : InterventionService.InterventionServiceBase
{
    public override Task<DecideResponse> Decide(DecideRequest request, ServerCallContext context) => Task.FromResult(new DecideResponse
    {
        DecisionId = Guid.NewGuid().ToString("N"),
        AttributionToken = "token",
        Action = (InterventionAction)(1 + (engine.NextSeed(request.Shopper.UserId) % 6)),
        DiscountPercent = 10,
    });

    public override Task<ReportOutcomeResponse> ReportOutcome(ReportOutcomeRequest request, ServerCallContext context)
    {
        engine.InterventionOutcomes.Enqueue(request);
        return Task.FromResult(new ReportOutcomeResponse { Status = "ACCEPTED" });
    }
}

internal sealed class FakeProfiles(FakeEngine engine) : ProfileService.ProfileServiceBase
{
    public override Task<GetProfileResponse> GetProfile(GetProfileRequest request, ServerCallContext context) => Task.FromResult(new GetProfileResponse
    {
        Profile = new Profile
        {
            Shopper = request.Shopper,
            AsOf = new AsOf { Partition = 0, Offset = engine.LastOffsets.GetValueOrDefault(request.Shopper.UserId) },
        },
    });

    public override Task<SetConsentResponse> SetConsent(SetConsentRequest request, ServerCallContext context)
    {
        var response = new SetConsentResponse { ConsistencyToken = engine.Token() };
        response.Consents.AddRange(request.Changes);
        return Task.FromResult(response);
    }
}

internal sealed class FakeCatalog(FakeEngine engine) : CatalogService.CatalogServiceBase
{
    public override Task<UpsertProductsResponse> UpsertProducts(UpsertProductsRequest request, ServerCallContext context)
    {
        var response = new UpsertProductsResponse();
        foreach (var product in request.Products)
        {
            engine.Products[product.ProductId] = product;
            response.Results.Add(new UpsertResult { Index = response.Results.Count, ProductId = product.ProductId });
        }

        return Task.FromResult(response);
    }

    /// <summary>What surveys and a handful of words say: not clever, and not told the truth either.</summary>
    public override Task<GetProductSentimentResponse> GetProductSentiment(GetProductSentimentRequest request, ServerCallContext context)
    {
        var felt = engine.InOrder.Where(e => e.ProductId == request.ProductId).Select(Feeling).OfType<double>().ToArray();
        return Task.FromResult(new GetProductSentimentResponse
        {
            Sentiment = new ProductSentiment
            {
                ProductId = request.ProductId,
                Count = felt.Length,
                Valence = new Estimate { Mean = felt.Length == 0 ? 0 : felt.Sum() / (felt.Length + 1) },
            },
        });
    }

    private static double? Feeling(Event e) => e.PayloadCase switch
    {
        Event.PayloadOneofCase.SurveyAnswer when e.SurveyAnswer.Metric == SurveyMetric.Csat => (e.SurveyAnswer.Score - 3) / 2,
        Event.PayloadOneofCase.SurveyAnswer when e.SurveyAnswer.Metric == SurveyMetric.Nps => (e.SurveyAnswer.Score - 5) / 5,
        Event.PayloadOneofCase.TextFeedback => Words(e.TextFeedback.Title + " " + e.TextFeedback.Text),
        _ => null,
    };

    private static double Words(string text)
    {
        string[] good = ["love", "best", "happy", "glad", "gorgeous", "nice", "worth", "dream", "gentle", "recommend"];
        string[] bad = ["worst", "waste", "disappoint", "broke", "not ", "sadly", "awful", "refund", "regret", "bin"];
        var score = good.Count(w => text.Contains(w, StringComparison.OrdinalIgnoreCase)) - bad.Count(w => text.Contains(w, StringComparison.OrdinalIgnoreCase));
        return Math.Tanh(0.7 * score);
    }
}

internal sealed class FakeOperations(FakeEngine engine) : OperationsService.OperationsServiceBase
{
    public override Task<GetServerStatusResponse> GetServerStatus(GetServerStatusRequest request, ServerCallContext context) =>
        Task.FromResult(new GetServerStatusResponse
        {
            Version = "fake",
            PackageMode = "None",
            Durability = "MEMORY",
            EventsAccepted = engine.Events.Count,
            EventsApplied = engine.Events.Count,
        });
}
