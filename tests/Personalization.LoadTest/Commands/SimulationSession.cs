using System.Diagnostics;
using Personalization.Client;
using Personalization.LoadTest.Driving;
using Personalization.LoadTest.Measuring;
using Personalization.LoadTest.Modalities;
using Personalization.LoadTest.Reporting;
using Personalization.LoadTest.Serving;

namespace Personalization.LoadTest.Commands;

/// <summary>Fills the shop, lets shoppers loose, waits until the engine has taken it all in, and compares what it learned with the truth.</summary>
internal sealed class SimulationSession(DemoOptions options, PersonalizationClient client, ServerHandle server)
{
    private static readonly TimeSpan SettleWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromMilliseconds(40);
    private readonly TimeProvider _time = TimeProvider.System;

    /// <summary>Tells this run's own shoppers from those of earlier ones against the same server.</summary>
    private string RunId { get; } = $"{options.Seed}-{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds():x}";

    public async Task<Summary> RunAsync(CancellationToken cancellationToken)
    {
        await using var world = new World(client, options.Seed, options.Products, options.Shoppers, _time);
        var progress = ProgressView.For(options, world, _time);
        progress.Say($"{options.Products:N0} products, {options.Shoppers:N0} shoppers, seed {options.Seed}; engine at {server.Addresses.Grpc}");
        await CatalogueLoader.LoadAsync(client, world.Catalogue.Items.Select(i => i.ToProduct(_time.GetUtcNow())), world.Record, cancellationToken);

        var (elapsed, events) = await DriveAsync(world, progress, cancellationToken);
        await FlushAsync(world, cancellationToken);
        var settled = await Settling.WaitAsync(client, _time, SettleWithin, world.Record, cancellationToken);
        var sentiment = await SentimentCheck.CompareAsync(world, options.MinFeelings, Rng.For(options.Seed, "sentiment"), cancellationToken);
        var modalities = await TryModalitiesAsync(world, cancellationToken);
        var status = await client.Operations.GetServerStatusAsync(new V1.GetServerStatusRequest(), cancellationToken: cancellationToken);
        return SimulationSummary.Make(world, options, status, sentiment, elapsed, events, settled) with { Modalities = modalities };
    }

    /// <summary>Tries every modality on shoppers of their own, once the shop is quiet: nothing else moves what they are shown.</summary>
    private async Task<IReadOnlyDictionary<string, ModalitySummary>> TryModalitiesAsync(World world, CancellationToken cancellationToken)
    {
        try
        {
            var modalities = await new ModalityTrials(client, world.Catalogue, options.Seed, RunId).RunAsync(cancellationToken);
            foreach (var (name, _) in modalities.Where(static m => !m.Value.Moves))
            {
                world.Record.Error($"modality {name}: opposite feelings moved neither profiles nor rankings apart");
            }

            return modalities;
        }
        catch (Exception e) when (e is Grpc.Core.RpcException or InvalidDataException && !cancellationToken.IsCancellationRequested)
        {
            world.Record.Failed("modality trials", e);
            return new Dictionary<string, ModalitySummary>();
        }
    }

    private static async Task FlushAsync(World world, CancellationToken cancellationToken)
    {
        try
        {
            await world.Writer.FlushAsync(cancellationToken).WaitAsync(SettleWithin, cancellationToken);
        }
        catch (TimeoutException)
        {
            world.Record.Error($"events were still unanswered after {SettleWithin.TotalSeconds:F0} s");
        }
    }

    /// <summary>Drives for as long as was asked for.</summary>
    /// <returns>How long that was, and how many events were acknowledged in that time.</returns>
    private async Task<(TimeSpan Elapsed, long Events)> DriveAsync(World world, ProgressView progress, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var started = Stopwatch.GetTimestamp();
        var driver = new LoadDriver(world, options.Seed, _time);
        var probe = new FreshnessProbe(
            client, FreshnessReads.Profile(client), world.Catalogue, world.Record, _time, Rng.For(options.Seed, "probe"), RunId);
        Task[] work =
        [
            options.Rate > 0 ? driver.RunOpenAsync(options.Rate, over.Token) : driver.RunClosedAsync(options.Lanes, over.Token),
            probe.RunAsync(ProbeEvery, over.Token),
            progress.RunAsync(over.Token),
        ];
        await ClockAsync(world, started, over.Token);
        var (elapsed, events) = (Stopwatch.GetElapsedTime(started), world.Record.EventsAcknowledged);
        await over.CancelAsync();
        await Task.WhenAll(work);
        cancellationToken.ThrowIfCancellationRequested();
        return (elapsed, events);
    }

    private async Task ClockAsync(World world, long started, CancellationToken cancellationToken)
    {
        var length = TimeSpan.FromSeconds(options.Seconds);
        while (!cancellationToken.IsCancellationRequested && server.Gone is null && Stopwatch.GetElapsedTime(started) is var elapsed && elapsed < length)
        {
            world.Progress = elapsed / length;
            var left = length - elapsed;
            var step = left < TimeSpan.FromMilliseconds(100) ? left : TimeSpan.FromMilliseconds(100);
            await Task.Delay(step, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
