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
        var request = new DecideRequest { Touchpoint = Touchpoint.Cart };
        await client.Interventions.DecideAsync(request);
        await client.Interventions.DecideAsync(request);
        Assert.Equal(string.Empty, request.RequestId);
        var ids = invoker.Requests.Cast<DecideRequest>().Select(static r => r.RequestId).ToArray();
        Assert.Equal(4, ids.Length);
        Assert.Single(ids[..3].Distinct());
        Assert.NotEqual(ids[0], ids[3]);
        Assert.All(ids, static id => Assert.InRange(id.Length, 1, 128));
        Assert.All(invoker.Requests, static r => Assert.Equal(Touchpoint.Cart, ((DecideRequest)r).Touchpoint));
    }

    [Fact]
    public async Task Requests_ThatHaveAnIdOrNeedNone_AreSentAsTheyAre()
    {
        var invoker = new Failing(failures: 0);
        using var client = PersonalizationClient.Over(invoker, s_options);
        var (own, slate) = (new DecideRequest { RequestId = "own" }, new RecommendRequest());
        await client.Interventions.DecideAsync(own);
        await client.Recommendations.RecommendAsync(slate);
        Assert.Same(own, invoker.Requests[0]);
        Assert.Same(slate, invoker.Requests[1]);
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
