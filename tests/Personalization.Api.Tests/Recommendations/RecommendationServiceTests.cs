using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using NSubstitute;
using NSubstitute.ExceptionExtensions;
using Orleans.Runtime;
using Personalization.Api.Tests.Fakes;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Products;
using Personalization.Grains.Recommendations;

namespace Personalization.Api.Tests.Recommendations;

public sealed class RecommendationServiceTests
{
    private readonly IUserRecommendationGrain _grain = Substitute.For<IUserRecommendationGrain>();

    [Fact]
    public async Task Recommend_EveryField_ReachesTheGrainAndComesBack()
    {
        RecommendCommand? command = null;
        _grain.Recommend(Arg.Do<RecommendCommand>(c => command = c), default).ReturnsForAnyArgs(Replies.Slate());
        await using var host = await StartAsync();
        var partition = Partitions.Of(UserKey.Known("ada"), Partitions.DefaultCount);
        var request = Request();
        request.MinConsistencyToken = $"{partition}:42,{(partition + 1) % Partitions.DefaultCount}:77";

        var response = await host.Recommendations.RecommendAsync(request);

        Assert.Equal(("pdp", 100, "s1", 42L, true, "r1"),
            (command!.Placement, command.PageSize, command.SessionId, command.MinOffset, command.Explain, command.RequestId));
        Assert.Equal(["a", "b"], command.Context.Select(static c => c.Key));
        Assert.Equal(["p1", "p2"], command.SeedProductIds.Concat(command.ExcludedProductIds));
        Assert.Equal(["Lumen", "skincare/serums"], command.Brands.Concat(command.Categories));
        Assert.Equal((5.0, 50.0, false, 0.9f), (command.MinPrice!.Value, command.MaxPrice!.Value, command.InStockOnly, command.Diversity));
        Assert.Equal((100, "d1", 0.125, "ridge@4", 17L),
            (response.PageSize, response.DecisionId, response.SlatePropensity, response.Versions.Policy, response.Versions.Catalog));
        Assert.Equal([(1, "p9", 0.25, "TRENDING"), (2, "p7", 0.5, "NEW")],
            response.Items.Select(static i => (i.Rank, i.ProductId, i.Propensity, i.Source)));
        Assert.Equal(0.4, response.Items[0].Reasons.Single().Contribution);
        Assert.Equal((3, 99L, Replies.At), (response.ProfileAsOf.Partition, response.ProfileAsOf.Offset, response.ProfileAsOf.OccurredAt.ToDateTimeOffset()));
        Assert.Equal("TOO_FEW_CANDIDATES", response.Degraded.Single().Reason);
    }

    [Fact]
    public async Task Recommend_RulesAndRepurchase_ReachTheGrain()
    {
        RecommendCommand? command = null;
        _grain.Recommend(Arg.Do<RecommendCommand>(c => command = c), default).ReturnsForAnyArgs(Replies.Slate());
        await using var host = await StartAsync();
        var request = Request();
        request.AllowRepurchase = false;
        request.Rules.Add(new Wire.RankingRule { ProductId = "p5", KeepOut = true });
        request.Rules.Add(new Wire.RankingRule { Brand = "Lumen", Boost = 2 });
        request.Rules.Add(new Wire.RankingRule { Category = "skincare/serums", Boost = 0.5 });
        request.Rules.Add(new Wire.RankingRule { Attribute = new Wire.RuleAttribute { Name = "finish", Value = "matte" }, KeepOut = true });

        var response = await host.Recommendations.RecommendAsync(request);

        Assert.False(command!.AllowRepurchase);
        Assert.Equal(
            [
                new("p5", default, "", 0), new("", FacetKind.Brand, "Lumen", 2), new("", FacetKind.Category, "skincare/serums", 0.5),
                new("", FacetKind.Attribute, "finish:matte", 0),
            ],
            command.Rules);
        Assert.Equal((1, 0.8), (response.Items[0].Boost, response.Items[0].Reasons.Single().Share));
    }

    [Fact]
    public async Task Recommend_Defaults_AreFilledIn()
    {
        RecommendCommand? command = null;
        _grain.Recommend(Arg.Do<RecommendCommand>(c => command = c), default).ReturnsForAnyArgs(Replies.Slate());
        await using var host = await StartAsync();

        await host.Recommendations.RecommendAsync(new Wire.RecommendRequest { Shopper = new Wire.Shopper { UserId = "ada" } });

        Assert.Equal(("default", 10, 0.3f, true, 0L), (command!.Placement, command.PageSize, command.Diversity, command.InStockOnly, command.MinOffset));
        Assert.Null(command.Candidates);
        Assert.Null(command.AllowRepurchase);
        Assert.Empty(command.Rules);
    }

    public static TheoryData<string, Action<Wire.RecommendRequest>> Spoiled => new()
    {
        { "shopper", static r => r.Shopper = null },
        { "placement", static r => r.Placement = new string('x', 65) },
        { "seed_product_ids", static r => r.SeedProductIds.Add(Enumerable.Repeat("p", 20)) },
        { "seed_product_ids[1]", static r => r.SeedProductIds.Add("") },
        { "excluded_product_ids", static r => r.ExcludedProductIds.Add(Enumerable.Repeat("p", 1000)) },
        { "diversity", static r => r.Diversity = 1.1f },
        { "diversity", static r => r.Diversity = float.NaN },
        { "request_id", static r => r.RequestId = new string('x', 129) },
        { "filter.min_price", static r => r.Filter.MinPrice = -1 },
        { "filter.max_price", static r => r.Filter.MaxPrice = 4 },
        { "filter.brands", static r => r.Filter.Brands.Add(Enumerable.Repeat("b", 100)) },
        { "filter.brands[1]", static r => r.Filter.Brands.Add("") },
        { "filter.categories[1]", static r => r.Filter.Categories.Add(new string('x', 600)) },
        { "rules", static r => r.Rules.Add(Enumerable.Repeat(new Wire.RankingRule { Brand = "b", Boost = 2 }, 33)) },
        { "rules[0].boost", static r => r.Rules.Add(new Wire.RankingRule { Brand = "b", Boost = 0.05 }) },
        { "rules[0].boost", static r => r.Rules.Add(new Wire.RankingRule { Brand = "b", Boost = double.NaN }) },
        { "rules[0].keep_out", static r => r.Rules.Add(new Wire.RankingRule { Brand = "b", KeepOut = false }) },
        { "rules[0].effect", static r => r.Rules.Add(new Wire.RankingRule { Brand = "b" }) },
        { "rules[0].subject", static r => r.Rules.Add(new Wire.RankingRule { Boost = 2 }) },
        { "rules[0].product_id", static r => r.Rules.Add(new Wire.RankingRule { ProductId = "", Boost = 2 }) },
        { "rules[0].attribute.name", static r => r.Rules.Add(new Wire.RankingRule { Attribute = new() { Value = "v" }, Boost = 2 }) },
        { "context[\"k\"]", static r => r.Context["k"] = new Wire.ContextValue() },
        { "min_consistency_token", static r => r.MinConsistencyToken = "nonsense" },
    };

    [Theory]
    [MemberData(nameof(Spoiled))]
    public async Task Recommend_FieldOutOfRange_IsInvalidArgumentThatNamesIt(string field, Action<Wire.RecommendRequest> spoil)
    {
        await using var host = await StartAsync();
        var request = Request();
        spoil(request);

        var (code, _, fields, _) = await ApiHost.RefusalAsync(() => host.Recommendations.RecommendAsync(request).ResponseAsync);

        Assert.Equal(StatusCode.InvalidArgument, code);
        Assert.Equal(field, Assert.Single(fields!.FieldViolations).Field);
        Assert.Contains("allowed: ", fields.FieldViolations[0].Description, StringComparison.Ordinal);
        Assert.Empty(_grain.ReceivedCalls());
    }

    public static TheoryData<Exception, StatusCode, string> Failures => new()
    {
        { new RequestIdReusedException("r1"), StatusCode.AlreadyExists, "REQUEST_ID_REUSED" },
        { new SiloUnavailableException("gone"), StatusCode.Unavailable, "ENGINE_UNAVAILABLE" },
        { new TimeoutException(), StatusCode.DeadlineExceeded, "DEADLINE_EXCEEDED" },
        { new InvalidOperationException("inside"), StatusCode.Internal, "INTERNAL" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Recommend_GrainFails_IsAnsweredByTheKindOfFailure(Exception failure, StatusCode expected, string reason)
    {
        _grain.Recommend(default!, default).ThrowsAsyncForAnyArgs(failure);
        await using var host = await StartAsync();

        var (code, info, _, _) = await ApiHost.RefusalAsync(() => host.Recommendations.RecommendAsync(Request()).ResponseAsync);

        Assert.Equal((expected, reason), (code, info.Reason));
    }

    [Fact]
    public async Task Recommend_TokenNotReached_IsDeadlineExceeded()
    {
        _grain.Recommend(default!, default).ReturnsForAnyArgs(static call => NeverAsync(call.Arg<CancellationToken>()));
        await using var host = await StartAsync(static o => o.MaxTokenWait = TimeSpan.FromMilliseconds(20));
        var request = Request();
        request.MinConsistencyToken = $"{Partitions.Of(UserKey.Known("ada"), Partitions.DefaultCount)}:7";

        var (code, info, _, _) = await ApiHost.RefusalAsync(() => host.Recommendations.RecommendAsync(request).ResponseAsync);

        Assert.Equal((StatusCode.DeadlineExceeded, "CONSISTENCY_TOKEN_NOT_REACHED"), (code, info.Reason));
    }

    [Fact]
    public async Task BatchRecommend_OneBadRequest_LeavesTheOthersAlone()
    {
        _grain.Recommend(default!, default).ReturnsForAnyArgs(Replies.Slate());
        await using var host = await StartAsync();
        var bad = Request();
        bad.Diversity = 2;

        var response = await host.Recommendations.BatchRecommendAsync(new Wire.BatchRecommendRequest { Requests = { Request(), bad } });

        Assert.Equal("d1", response.Results[0].Response.DecisionId);
        Assert.Equal(((int)StatusCode.InvalidArgument, "requests[1].diversity"), (response.Results[1].Error.Code, response.Results[1].Error.Field));
    }

    [Fact]
    public async Task RankItems_Candidates_AreRankedAndUnknownOnesNamed()
    {
        RecommendCommand? command = null;
        _grain.Recommend(Arg.Do<RecommendCommand>(c => command = c), default).ReturnsForAnyArgs(Replies.Slate());
        await using var host = await StartAsync();

        var response = await host.Recommendations.RankItemsAsync(new Wire.RankItemsRequest
        {
            Shopper = new Wire.Shopper { AnonymousId = "cookie" }, ProductIds = { "p7", "p9", "p404" },
            OfflineScores = { ["p404"] = -1, ["p7"] = 0 },
        });

        Assert.Equal(["p7", "p9", "p404"], command!.Candidates!);
        Assert.Equal([0, double.NaN, -1], command.OfflineScores);
        Assert.Equal(3, command.PageSize);
        Assert.Equal(["p404"], response.UnknownProductIds);
        Assert.Equal(2, response.Slate.Items.Count);
    }

    [Theory]
    [InlineData("a", 3.01)]
    [InlineData("a", double.NaN)]
    [InlineData("c", 0.1)]
    public async Task RankItems_ScoreOutOfRangeOrOfNoCandidate_IsInvalidArgument(string id, double score)
    {
        await using var host = await StartAsync();

        var (_, _, fields, _) = await ApiHost.RefusalAsync(() => host.Recommendations.RankItemsAsync(new Wire.RankItemsRequest
        {
            Shopper = new Wire.Shopper { UserId = "ada" }, ProductIds = { "a", "b" }, OfflineScores = { [id] = score },
        }).ResponseAsync);

        Assert.Equal($"offline_scores[\"{id}\"]", fields!.FieldViolations.Single().Field);
    }

    [Fact]
    public async Task RankItems_SameIdTwice_IsInvalidArgument()
    {
        await using var host = await StartAsync();

        var (_, _, fields, _) = await ApiHost.RefusalAsync(() => host.Recommendations.RankItemsAsync(
            new Wire.RankItemsRequest { Shopper = new Wire.Shopper { UserId = "ada" }, ProductIds = { "a", "b", "a" } }).ResponseAsync);

        Assert.Equal("product_ids[2]", fields!.FieldViolations.Single().Field);
    }

    [Fact]
    public async Task WatchRecommendations_Changes_AreSentAsTheyCome()
    {
        RecommendCommand? command = null;
        _grain.WatchRecommendations(Arg.Do<RecommendCommand>(c => command = c), TimeSpan.FromMilliseconds(250), Arg.Any<CancellationToken>())
            .Returns(Replies.Stream(Replies.Slate("d1", "INITIAL"), Replies.Slate("d2", "PROFILE_CHANGED")));
        await using var host = await StartAsync();
        using var watch = host.Recommendations.WatchRecommendations(new Wire.WatchRecommendationsRequest
        {
            Request = Request(), MinInterval = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(250)),
        });

        var slates = await watch.ResponseStream.ReadAllAsync(TestContext.Token).ToListAsync();

        Assert.Equal([("d1", "INITIAL"), ("d2", "PROFILE_CHANGED")], slates.Select(static s => (s.Slate.DecisionId, s.Trigger)));
        Assert.Empty(command!.RequestId);
    }

    [Fact]
    public async Task Recommend_TooManyAtOnce_IsResourceExhaustedWithADelayAndThenLetIn()
    {
        var gate = new TaskCompletionSource<SlateReply>();
        var entered = new TaskCompletionSource();
        _grain.Recommend(default!, default).ReturnsForAnyArgs(_ =>
        {
            entered.TrySetResult();
            return gate.Task;
        });
        await using var host = await StartAsync(static o => o.MaxConcurrentCalls = 1);
        var first = host.Recommendations.RecommendAsync(Request()).ResponseAsync;
        await entered.Task.WaitAsync(TestContext.Token);

        var (code, info, _, retry) = await ApiHost.RefusalAsync(() => host.Recommendations.RecommendAsync(Request()).ResponseAsync);
        gate.SetResult(Replies.Slate());
        await first;
        await host.Recommendations.RecommendAsync(Request());

        Assert.Equal((StatusCode.ResourceExhausted, "TOO_MANY_CALLS"), (code, info.Reason));
        Assert.Equal(TimeSpan.FromMilliseconds(100), retry!.RetryDelay.ToTimeSpan());
    }

    private static async Task<SlateReply> NeverAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return Replies.Slate();
    }

    private static Wire.RecommendRequest Request()
    {
        var request = new Wire.RecommendRequest
        {
            Shopper = new Wire.Shopper { UserId = "ada", SessionId = "s1" },
            Placement = "pdp",
            PageSize = 5000,
            SeedProductIds = { "p1" },
            ExcludedProductIds = { "p2" },
            Filter = new Wire.ItemFilter { Brands = { "Lumen" }, Categories = { "skincare/serums" }, MinPrice = 5, MaxPrice = 50, InStock = false },
            Diversity = 0.9f,
            Explain = true,
            RequestId = "r1",
        };
        request.Context["b"] = new Wire.ContextValue { Truth = true };
        request.Context["a"] = new Wire.ContextValue { Text = "x" };
        return request;
    }

    private Task<ApiHost> StartAsync(Action<ApiOptions>? configure = null) =>
        ApiHost.StartAsync(configure, g => g.GetGrain<IUserRecommendationGrain>(Arg.Any<string>()).Returns(_grain));
}
