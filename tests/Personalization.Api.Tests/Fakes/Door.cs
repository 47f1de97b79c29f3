using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Personalization.Api.Ingestion;
using Personalization.Api.Ingestion.Quarantine;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Operations;

namespace Personalization.Api.Tests.Fakes;

/// <summary>A door with everything behind it in memory and a clock that a test moves.</summary>
internal sealed class Door
{
    public Door(Action<ApiOptions>? configure = null)
    {
        Backlog = new FoldBacklog(Log);
        var options = new ApiOptions();
        configure?.Invoke(options);
        var given = Options.Create(options);
        IQuarantineRule[] rules =
        [
            new ImplausibleTimeRule(given), new ImplausibleDwellRule(given), new RepeatedTextRule(given, Time), new UserRateRule(given, Time),
        ];
        Opened = new EventDoor(
            Log, Rejected, Directories, Directories, new EventMapper(new SumOfSamples()),
            new FaceCrops(Faces.Grains, given, Time, NullLogger<FaceCrops>.Instance), rules, new BacklogGate(Backlog, given), new WaitingCalls(), given, Time);
    }

    public FakeTimeProvider Time { get; } = new(Events.Now);

    public MemoryEventLog Log { get; } = new();

    public FakeFaces Faces { get; } = new();

    public FoldBacklog Backlog { get; }

    public MemoryRejectedStore Rejected { get; } = new();

    public FakeDirectories Directories { get; } = new();

    public EventDoor Opened { get; }

    public async Task<DoorReply> TakeAsync(params Wire.Event[] events) => await TakeAsync(DoorRules.Default, events);

    public async Task<DoorReply> TakeAsync(DoorRules rules, params Wire.Event[] events) =>
        await Opened.TakeAsync(events, rules, TestContext.Token);

    /// <summary>Acoustic features that show how many samples there were and at which rate.</summary>
    private sealed class SumOfSamples : IAcousticFeatureExtractor
    {
        public VoicePayload Extract(ReadOnlySpan<short> samples, int sampleRateHz) =>
            new(0, [samples.Length, sampleRateHz, 0, 0, 0, 0, 0, 0, 0, 0]);
    }
}

/// <summary>A token that ends a test which hangs.</summary>
internal static class TestContext
{
    public static CancellationToken Token => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;
}
