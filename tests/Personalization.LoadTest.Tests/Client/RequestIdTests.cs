using Grpc.Core;
using Personalization.Client;
using Personalization.V1;

namespace Personalization.LoadTest.Tests.Client;

/// <summary>A repetition by the client is known as one by the engine.</summary>
public sealed class RequestIdTests
{
    private static readonly PersonalizationClientOptions s_options = new() { Retry = { InitialBackoff = TimeSpan.FromMilliseconds(1), MaxBackoff = TimeSpan.FromMilliseconds(1) } };

    [Fact]
    public async Task Decisions_RepeatedByTheClient_CarryOneIdEachAndTheNextAnother()
    {
        var invoker = new Failing(failures: 2);
        using var client = PersonalizationClient.Over(invoker, s_options);
        var request = new RecommendRequest { Placement = "home" };
        await client.Recommendations.RecommendAsync(request);
        await client.Recommendations.RecommendAsync(request);
        Assert.Equal(string.Empty, request.RequestId);
        var ids = invoker.Requests.Cast<RecommendRequest>().Select(static r => r.RequestId).ToArray();
        Assert.Equal(4, ids.Length);
        Assert.Single(ids[..3].Distinct());
        Assert.NotEqual(ids[0], ids[3]);
        Assert.All(ids, static id => Assert.InRange(id.Length, 1, 128));
        Assert.All(invoker.Requests, static r => Assert.Equal("home", ((RecommendRequest)r).Placement));
    }

    [Fact]
    public async Task Decisions_OfEveryKind_AreGivenIdsWhereTheyHaveNone()
    {
        var invoker = new Failing(failures: 0);
        using var client = PersonalizationClient.Over(invoker, s_options);
        await client.Interventions.DecideAsync(new DecideRequest());
        await client.Recommendations.RankItemsAsync(new RankItemsRequest());
        await client.Recommendations.BatchRecommendAsync(new BatchRecommendRequest { Requests = { new RecommendRequest(), new RecommendRequest { RequestId = "own" } } });
        await client.Recommendations.RecommendAsync(new RecommendRequest { RequestId = "own" });
        Assert.NotEmpty(((DecideRequest)invoker.Requests[0]).RequestId);
        Assert.NotEmpty(((RankItemsRequest)invoker.Requests[1]).RequestId);
        var batch = ((BatchRecommendRequest)invoker.Requests[2]).Requests;
        Assert.NotEmpty(batch[0].RequestId);
        Assert.Equal("own", batch[1].RequestId);
        Assert.Equal("own", ((RecommendRequest)invoker.Requests[3]).RequestId);
    }

    /// <summary>Answers with nothing in it, after some failures that are worth a repetition.</summary>
    private sealed class Failing(int failures) : CallInvoker
    {
        private int _left = failures;

        public List<object> Requests { get; } = [];

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        {
            Requests.Add(request);
            var answer = _left-- > 0
                ? Task.FromException<TResponse>(new RpcException(new Status(StatusCode.Unavailable, "gone for a moment")))
                : Task.FromResult(Activator.CreateInstance<TResponse>());
            return new AsyncUnaryCall<TResponse>(
                answer, Task.FromResult(new Metadata()), static () => Status.DefaultSuccess, static () => [], static () => { });
        }

        public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
            throw new NotSupportedException();

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();
    }
}
