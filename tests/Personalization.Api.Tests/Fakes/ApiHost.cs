using System.Collections.Immutable;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NSubstitute;
using Personalization.Api.Errors;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Rewards;
using Personalization.Domain.Scoring;
using Personalization.Domain.Storage;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Operations;
using Personalization.Grains.Recommendations;

namespace Personalization.Api.Tests.Fakes;

/// <summary>The API on a free port with everything behind it in memory, grains replaced, and a client that speaks real gRPC to it.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ApiHost(WebApplication app, GrpcChannel channel, ApiHostParts parts) => (_app, Channel, Parts) = (app, channel, parts);

    public GrpcChannel Channel { get; }

    public ApiHostParts Parts { get; }

    public Wire.IngestionService.IngestionServiceClient Ingestion => new(Channel);

    public Wire.RecommendationService.RecommendationServiceClient Recommendations => new(Channel);

    public Wire.RewardService.RewardServiceClient Rewards => new(Channel);

    public Wire.InterventionService.InterventionServiceClient Interventions => new(Channel);

    public Wire.ProfileService.ProfileServiceClient Profiles => new(Channel);

    public Wire.CatalogService.CatalogServiceClient Catalog => new(Channel);

    public Wire.EvaluationService.EvaluationServiceClient Evaluations => new(Channel);

    public Wire.OperationsService.OperationsServiceClient Operations => new(Channel);

    public static async Task<ApiHost> StartAsync(
        Action<ApiOptions>? configure = null, Action<IGrainFactory>? grains = null, IDecisionLog? decisions = null, TimeProvider? time = null)
    {
        var parts = new ApiHostParts();
        parts.Decisions = decisions ?? parts.Decisions;

        // A shopper's grain knows no decision unless a test says so.
        var nobody = Substitute.For<IUserRecommendationGrain>();
        nobody.FindDecisions(default!).ReturnsForAnyArgs(static call => new DecisionStanding[call.Arg<string[]>().Length]);
        parts.Grains.GetGrain<IUserRecommendationGrain>(default(string)!).ReturnsForAnyArgs(nobody);
        grains?.Invoke(parts.Grains);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static k => k.Listen(System.Net.IPAddress.Loopback, 0, static l => l.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddPersonalizationApi(configure);
        parts.AddTo(builder.Services);
        var app = builder.Build();
        app.MapPersonalizationApi();
        await app.StartAsync(TestContext.Token);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new ApiHost(app, GrpcChannel.ForAddress(address), parts);
    }

    /// <summary>Has so many events in the log of which nobody has folded any.</summary>
    public async Task FallBehindAsync(int events)
    {
        var entries = Enumerable.Range(0, events).Select(static n => new LogEntry(
            UserKey.Known("behind"), $"e{n}", 0, EventCodec.Encode(new ShopperEvent
            {
                EventId = $"e{n}", User = UserKey.Known("behind"), OccurredAt = Fakes.Events.Now, ReceivedAt = Fakes.Events.Now,
                Payload = new BehaviourPayload { Action = BehaviourKind.View },
            })));
        await Parts.Log.AppendAsync([.. entries], TestContext.Token);
        _app.Services.GetRequiredService<FoldBacklog>().Report(Partitions.Of(UserKey.Known("behind"), Parts.Log.PartitionCount), 0);
    }

    /// <summary>The refusal of a call, with its details.</summary>
    public static async Task<(StatusCode Code, ErrorInfo Info, BadRequest? Fields, RetryInfo? Retry)> RefusalAsync(Func<Task> call)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(call);
        var details = RpcErrors.DetailsOf(refusal)!.Details;
        Assert.Equal((int)refusal.StatusCode, RpcErrors.DetailsOf(refusal)!.Code);
        return (
            refusal.StatusCode,
            details.Single(static d => d.Is(ErrorInfo.Descriptor)).Unpack<ErrorInfo>(),
            details.SingleOrDefault(static d => d.Is(BadRequest.Descriptor))?.Unpack<BadRequest>(),
            details.SingleOrDefault(static d => d.Is(RetryInfo.Descriptor))?.Unpack<RetryInfo>());
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _app.StopAsync(TestContext.Token);
        await _app.DisposeAsync();
    }
}

/// <summary>What stands behind the API in a test.</summary>
internal sealed class ApiHostParts
{
    public MemoryEventLog Log { get; } = new();

    public MemoryRejectedStore Rejected { get; } = new();

    public MemoryDocumentStore Documents { get; } = new();

    public IGrainFactory Grains { get; } = Substitute.For<IGrainFactory>();

    public IDecisionLog Decisions { get; set; } = Substitute.For<IDecisionLog>();

    public IUserKeyStore Keys { get; } = Substitute.For<IUserKeyStore>();

    public IEngineStatus Status { get; } = Substitute.For<IEngineStatus>();

    public AttributionTokenSigner Signer { get; } = new(new Dictionary<byte, byte[]> { [1] = new byte[32] }, 1);

    public void AddTo(IServiceCollection services) => services
        .AddSingleton<IEventLog>(Log)
        .AddSingleton<IRejectedEventStore>(Rejected)
        .AddSingleton<IDocumentStore>(Documents)
        .AddSingleton(Grains)
        .AddSingleton(Decisions)
        .AddSingleton(Keys)
        .AddSingleton(Status)
        .AddSingleton(Signer)
        .AddSingleton<IAcousticFeatureExtractor, Silence>();

    private sealed class Silence : IAcousticFeatureExtractor
    {
        public VoicePayload Extract(ReadOnlySpan<short> samples, int sampleRateHz) => new(0, [0, 0, -90, 0, 0, 0, 0, 0, 0, 0]);
    }
}
