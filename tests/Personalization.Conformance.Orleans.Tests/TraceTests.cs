using System.Collections.Concurrent;
using System.Diagnostics;

namespace Personalization.Conformance.Orleans;

/// <summary>Says which trace its calls are part of.</summary>
public interface ITraceGrain : IGrainWithStringKey
{
    /// <summary>The span that the call runs in; null for none.</summary>
    Task<string?> Span();

    /// <summary>The span that a call from here to another grain runs in.</summary>
    Task<string?> SpanBehind(string key);

    /// <summary>Fails.</summary>
    Task Fail();
}

/// <inheritdoc cref="ITraceGrain" />
public sealed class TraceGrain : Grain, ITraceGrain
{
    /// <inheritdoc />
    public Task<string?> Span() => Task.FromResult(Activity.Current?.Id);

    /// <inheritdoc />
    public Task<string?> SpanBehind(string key) => GrainFactory.GetGrain<ITraceGrain>(key).Span();

    /// <inheritdoc />
    public Task Fail() => throw new InvalidOperationException("as asked");
}

/// <summary>Grain calls carry the trace that they are part of, where that was asked for.</summary>
[Collection(ClusterFixture.Name)]
public sealed class TraceTests : IDisposable
{
    private const string Source = "Microsoft.Orleans.Application";
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;
    private readonly Activity _root;

    public TraceTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == Source,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
        _root = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
    }

    public void Dispose()
    {
        _root.Dispose();
        _listener.Dispose();
    }

    [Fact]
    public async Task Call_WithPropagation_RunsInASpanBelowItsCallers()
    {
        await using var cluster = await OwnCluster.StartAsync(static silo => silo.AddActivityPropagation());
        var span = await cluster.Silos[0].Grains().GetGrain<ITraceGrain>(ClusterFixture.NewKey()).Span();
        var (client, server) = (Only(ActivityKind.Client), Only(ActivityKind.Server));
        Assert.Equal(server.Id, span);
        Assert.Equal(client.SpanId, server.ParentSpanId);
        Assert.Equal(_root.SpanId, client.ParentSpanId);
        Assert.Equal([$"{nameof(ITraceGrain)}/{nameof(ITraceGrain.Span)}"], new[] { client, server }.Select(static a => a.OperationName).Distinct());
    }

    [Fact]
    public async Task CallBehindACall_WithPropagation_IsPartOfTheTrace()
    {
        await using var cluster = await OwnCluster.StartAsync(static silo => silo.AddActivityPropagation());
        var span = await cluster.Silos[0].Grains().GetGrain<ITraceGrain>(ClusterFixture.NewKey()).SpanBehind(ClusterFixture.NewKey());
        Assert.Equal(4, Mine().Length);
        var at = Mine().Single(a => a.Id == span);
        var path = new List<ActivityKind>();
        for (; at is not null; at = Mine().SingleOrDefault(a => a.SpanId == at.ParentSpanId))
        {
            path.Add(at.Kind);
        }

        Assert.Equal([ActivityKind.Server, ActivityKind.Client, ActivityKind.Server, ActivityKind.Client], path);
    }

    [Fact]
    public async Task CallThatFails_WithPropagation_EndsItsSpansAsErrors()
    {
        await using var cluster = await OwnCluster.StartAsync(static silo => silo.AddActivityPropagation());
        await Assert.ThrowsAsync<InvalidOperationException>(cluster.Silos[0].Grains().GetGrain<ITraceGrain>(ClusterFixture.NewKey()).Fail);
        Assert.Equal([ActivityStatusCode.Error, ActivityStatusCode.Error], new[] { Only(ActivityKind.Client), Only(ActivityKind.Server) }.Select(static a => a.Status));
    }

    [Fact]
    public async Task Call_WithoutPropagation_RunsInNoSpan()
    {
        await using var cluster = await OwnCluster.StartAsync();
        Assert.Null(await cluster.Silos[0].Grains().GetGrain<ITraceGrain>(ClusterFixture.NewKey()).Span());
        Assert.Empty(Mine());
    }

    private Activity[] Mine() => [.. _ended.Where(a => a.TraceId == _root.TraceId)];

    private Activity Only(ActivityKind kind) => Assert.Single(Mine(), a => a.Kind == kind);
}
