using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Batching;
using Personalization.Scoring.Lifecycle;

namespace Personalization.Scoring;

/// <summary>The meters of scoring, under the name <see cref="MeterName"/>.</summary>
internal sealed class ScoringMetrics : IDisposable
{
    public const string MeterName = "Personalization.Scoring";

    private readonly Meter _meter;
    private readonly Counter<long> _items;
    private readonly Histogram<int> _batchSize;
    private readonly Histogram<double> _compute;
    private readonly Histogram<double> _queue;
    private readonly Counter<long> _shadowItems;
    private ImmutableArray<Watched> _waiting = [];

    public ScoringMetrics(IMeterFactory? factory)
    {
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _items = _meter.CreateCounter<long>("personalization.scoring.items", "{item}", "Payloads answered, by what was scored and how it went.");
        _batchSize = _meter.CreateHistogram<int>("personalization.scoring.batch.size", "{item}", "Items per computed batch, by model, version and why it went.");
        _compute = _meter.CreateHistogram<double>("personalization.scoring.batch.compute", "s", "Time a batch took to compute.");
        _queue = _meter.CreateHistogram<double>("personalization.scoring.batch.queue", "s", "Mean time that a batch's items waited.");
        _meter.CreateObservableGauge(
            "personalization.scoring.queue.length",
            () => _waiting.Select(static each => new Measurement<int>(each.Count(), each.Model, each.Version)),
            "{item}",
            "Items waiting for a batch, by model and version.");
        _shadowItems = _meter.CreateCounter<long>(
            "personalization.scoring.shadow.items", "{item}", "Payloads of the live version, by model, by shadow, and by what the shadow made of them.");
    }

    /// <summary>Shows how many items wait for a version, until that is disposed of.</summary>
    public IDisposable Watch(string model, string version, Func<int> waiting)
    {
        var watched = new Watched(this, Model(model), Version(version), waiting);
        ImmutableInterlocked.Update(ref _waiting, static (all, one) => all.Add(one), watched);
        return watched;
    }

    /// <summary>What measures the batches of a version.</summary>
    public BatchObserver Batches(string model, string version)
    {
        var (name, whole) = (Model(model), Version(version));
        return (size, exit, queueTime, computeTime) =>
        {
            _batchSize.Record(size, name, whole, new KeyValuePair<string, object?>("exit", NameOf(exit)));
            _compute.Record(computeTime.TotalSeconds, name, whole);
            _queue.Record(queueTime.TotalSeconds / size, name, whole);
        };
    }

    /// <summary>What measures how a shadow compares.</summary>
    public ShadowMeter Shadow(string model, string version)
    {
        var (name, whole) = (Model(model), Version(version));
        return (outcome, count) => _shadowItems.Add(count, name, whole, new KeyValuePair<string, object?>("outcome", outcome));
    }

    public void Item(string payload, ScoringStatus status) =>
        _items.Add(1, new KeyValuePair<string, object?>("payload", payload), new KeyValuePair<string, object?>("status", NameOf(status)));

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Model(string name) => new("model", name);

    private static KeyValuePair<string, object?> Version(string version) => new("version", version);

    // Constant strings: an enum's ToString would look each one up.
    private static string NameOf(ScoringStatus status) => status switch
    {
        ScoringStatus.Scored => "scored",
        ScoringStatus.NothingToScore => "nothing_to_score",
        ScoringStatus.NoScorer => "no_scorer",
        ScoringStatus.Overloaded => "overloaded",
        ScoringStatus.Expired => "expired",
        _ => "failed",
    };

    private static string NameOf(BatchExit exit) => exit switch
    {
        BatchExit.Full => "full",
        BatchExit.Preferred => "preferred",
        BatchExit.Delay => "delay",
        BatchExit.Deadline => "deadline",
        BatchExit.Draining => "draining",
        _ => "none",
    };

    private sealed record Watched(
        ScoringMetrics Metrics, KeyValuePair<string, object?> Model, KeyValuePair<string, object?> Version, Func<int> Count) : IDisposable
    {
        public void Dispose() => ImmutableInterlocked.Update(ref Metrics._waiting, static (all, one) => all.Remove(one), this);
    }
}
