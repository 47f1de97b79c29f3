using System.Collections.Concurrent;
using System.Diagnostics;
using OpenTelemetry.Trace;
using Personalization.Client;
using Personalization.Grains.Operations;
using Personalization.Host.Configuration;
using Personalization.V1;

namespace Personalization.Host.Tests;

/// <summary>The spans of one request hang together, from the door through the grains.</summary>
[Collection(nameof(ProcessWide))]
public sealed class TraceTests : IDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public TraceTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source =>
                source.Name is EngineTraces.SourceName or "Microsoft.AspNetCore" || source.Name.StartsWith("Microsoft.Orleans", StringComparison.Ordinal),
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task Requests_WhereTracesGoSomewhere_HaveSpansThatHangTogether()
    {
        // Nobody is there to take them: what is sent is lost, and what is under way does not care.
        await using var host = await InProcessHost.StartAsync(
            _data.Path, "--Scoring:AllowRulesOnly", "true", "--Engine:OtlpEndpoint", "http://127.0.0.1:9", "--Engine:TraceRatio", "1");
        using var engine = PersonalizationClient.Over(host.Channel.CreateCallInvoker());
        var visit = engine.OpenSession(Who.User("tracy", "visit"));
        await visit.TrackAsync(Events.Did(BehaviourAction.Purchase, "p-1", Touchpoint.Checkout));
        await visit.RecommendAsync(new RecommendRequest { Placement = "home", PageSize = 3 });
        await visit.DecideAsync(new DecideRequest { Touchpoint = Touchpoint.Cart });

        foreach (var (rpc, stages) in new (string, string[])[]
        {
            ("IngestionService/IngestEvents", [EngineTraces.Check, EngineTraces.Append]),
            ("RecommendationService/Recommend", [EngineTraces.Recommend]),
            ("InterventionService/Decide", [EngineTraces.Decide]),
        })
        {
            var request = await EndedAsync(a => a.OperationName == RootSampler.Request && Is(a, rpc));
            foreach (var stage in stages)
            {
                var span = await EndedAsync(a => a.OperationName == stage && a.TraceId == request.TraceId);
                Assert.Equal(request.SpanId, RootOf(span).SpanId);
            }
        }

        // The slate is made in the shopper's grain: the call to it is between the request and it.
        var recommend = await EndedAsync(static a => a.OperationName == EngineTraces.Recommend);
        Assert.StartsWith("Microsoft.Orleans", ParentOf(recommend)!.Source.Name, StringComparison.Ordinal);
        var fold = await EndedAsync(static a => a.OperationName == EngineTraces.Fold);
        Assert.Null(fold.ParentId);
        await host.StopAsync();
    }

    [Theory]
    [InlineData(RootSampler.Request, true)]
    [InlineData(EngineTraces.Fold, true)]
    [InlineData("IUserFoldGrain/Apply", false)]
    public void RootSampler_OfWhatBeginsATrace_TakesRequestsAndBatches(string name, bool taken)
    {
        var decision = new RootSampler(1).ShouldSample(new SamplingParameters(default, ActivityTraceId.CreateRandom(), name, ActivityKind.Server)).Decision;
        Assert.Equal(taken ? SamplingDecision.RecordAndSample : SamplingDecision.Drop, decision);
    }

    private static bool Is(Activity request, string rpc) => request.TagObjects.Any(tag => tag.Value is string text && text.EndsWith(rpc, StringComparison.Ordinal));

    private Activity? ParentOf(Activity span) => _ended.FirstOrDefault(a => a.SpanId == span.ParentSpanId && a.TraceId == span.TraceId);

    private Activity RootOf(Activity span)
    {
        while (ParentOf(span) is { } parent)
        {
            span = parent;
        }

        return span;
    }

    // A request's span ends a moment after its answer has been read.
    private async Task<Activity> EndedAsync(Func<Activity, bool> wanted)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            if (_ended.FirstOrDefault(wanted) is { } span)
            {
                return span;
            }

            await Task.Delay(10, patience.Token);
        }
    }
}
