using System.Collections.Concurrent;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Personalization.Client;
using Personalization.V1;

namespace Personalization.LoadTest.Tests.Fakes;

/// <summary>An engine in memory that keeps what it is told and answers at random: just enough to test those who call it.</summary>
public sealed class FakeEngine : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, int> _asked = new(StringComparer.Ordinal);
    private readonly WebApplication _app;
    private long _offset;

    private FakeEngine(WebApplication app) => _app = app;

    /// <summary>Where it answers.</summary>
    public string Address { get; private set; } = string.Empty;

    public ConcurrentDictionary<string, Event> Events { get; } = new(StringComparer.Ordinal);

    public ConcurrentQueue<Event> InOrder { get; } = new();

    public ConcurrentDictionary<string, Outcome> Outcomes { get; } = new(StringComparer.Ordinal);

    public ConcurrentQueue<ReportOutcomeRequest> InterventionOutcomes { get; } = new();

    public ConcurrentDictionary<string, Product> Products { get; } = new(StringComparer.Ordinal);

    public ConcurrentQueue<RecommendRequest> Recommendations { get; } = new();

    public ConcurrentDictionary<string, long> LastOffsets { get; } = new(StringComparer.Ordinal);

    /// <summary>How many events a stream may have under way.</summary>
    public int Credits { get; set; } = 500;

    /// <summary>The most that were ever seen under way beyond the credits granted.</summary>
    public int CreditsOverdrawn { get; set; }

    /// <summary>How many messages a stream takes before it breaks, once; 0: it holds.</summary>
    public int BreakStreamAfter { get; set; }

    /// <summary>Refuses this many unary calls with RESOURCE_EXHAUSTED before it takes one.</summary>
    public int RefuseCalls;

    /// <summary>What it chooses from a list of candidates; null: at random.</summary>
    public Func<RecommendRequest, IReadOnlyList<Product>, IEnumerable<Product>>? Choose { get; set; }

    public static async Task<FakeEngine> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrelForTests();
        builder.Services.AddGrpc();
        FakeEngine? engine = null;
        builder.Services.AddSingleton(_ => engine!);
        var app = builder.Build();
        engine = new FakeEngine(app);
        app.MapGrpcService<FakeIngestion>();
        app.MapGrpcService<FakeRecommendations>();
        app.MapGrpcService<FakeRewards>();
        app.MapGrpcService<FakeInterventions>();
        app.MapGrpcService<FakeProfiles>();
        app.MapGrpcService<FakeCatalog>();
        app.MapGrpcService<FakeOperations>();
        await app.StartAsync();
        engine.Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return engine;
    }

    public PersonalizationClient Connect(PersonalizationClientOptions? options = null) => PersonalizationClient.Connect(Address, options);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>Takes an event as the contract says.</summary>
    internal EventResult Take(Event shopperEvent, int index)
    {
        var result = new EventResult { Index = index, EventId = shopperEvent.EventId, Status = EventStatus.Accepted };
        if (shopperEvent.EventId.Length == 0 || shopperEvent.Shopper is null)
        {
            result.Status = EventStatus.Rejected;
            result.Reason = "INVALID_FIELD";
        }
        else if (!Events.TryAdd(shopperEvent.EventId, shopperEvent))
        {
            result.Status = EventStatus.Duplicate;
        }
        else
        {
            InOrder.Enqueue(shopperEvent);
            LastOffsets[shopperEvent.Shopper.UserId] = Interlocked.Increment(ref _offset);
        }

        return result;
    }

    /// <summary>
    /// What a shopper's next answer is drawn with: how many they had, and who they are. One shopper's answers do not hang on
    /// what others ask meanwhile.
    /// </summary>
    internal int NextSeed(string userId) => userId.Aggregate(_asked.AddOrUpdate(userId, 1, static (_, n) => n + 1), static (hash, c) => ((hash * 31) + c) & int.MaxValue);

    internal string Token() => $"0:{Volatile.Read(ref _offset)}";
}

internal static class KestrelForTests
{
    public static void ConfigureKestrelForTests(this Microsoft.AspNetCore.Hosting.IWebHostBuilder web) =>
        Microsoft.AspNetCore.Hosting.WebHostBuilderKestrelExtensions.ConfigureKestrel(
            web, kestrel => kestrel.ListenLocalhostFreePort());

    private static void ListenLocalhostFreePort(this KestrelServerOptions kestrel) =>
        kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
}
