using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Personalization.Dashboard;

namespace Personalization.Host.Operations;

/// <summary>
/// Listens to the product's own meters, so that the status page and the status call show the very figures that are
/// exported, without asking an exporter.
/// </summary>
public sealed class MeterAggregator : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<CounterKey, Counter> _counters = new();
    private readonly ConcurrentDictionary<string, LatencyWindow> _latencies = new(StringComparer.Ordinal);
    private readonly Lock _reading = new();
    private readonly Dictionary<string, double> _gauges = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;

    /// <summary>Starts listening.</summary>
    public MeterAggregator(TimeProvider time)
    {
        _time = time;
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith("Personalization", StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((i, v, tags, _) => Count(i, v, tags));
        _listener.SetMeasurementEventCallback<int>((i, v, tags, _) => Count(i, v, tags));
        _listener.SetMeasurementEventCallback<double>((i, v, tags, _) => Record(i, v, tags));
        _listener.Start();
    }

    /// <summary>A counter's sum over all its tags since the start; 0 when it has never counted.</summary>
    public long Sum(Instrument instrument)
    {
        long sum = 0;
        foreach (var (key, counter) in _counters)
        {
            if (ReferenceEquals(key.Instrument, instrument))
            {
                sum += counter.Value;
            }
        }

        return sum;
    }

    /// <summary>A counter's sum over those of its measurements that have a tag with this value.</summary>
    public long Sum(Instrument instrument, string tagValue)
    {
        long sum = 0;
        foreach (var (key, counter) in _counters)
        {
            if (ReferenceEquals(key.Instrument, instrument) && key.Tags.Split(',').Contains(tagValue, StringComparer.Ordinal))
            {
                sum += counter.Value;
            }
        }

        return sum;
    }

    /// <summary>What the gauges of a name show now, by their tags.</summary>
    public IReadOnlyDictionary<string, double> Gauges(string name)
    {
        lock (_reading)
        {
            _gauges.Clear();

            // Asks all of them, on this thread.
            _listener.RecordObservableInstruments();
            var start = name + " ";
            return _gauges.Where(gauge => gauge.Key.StartsWith(start, StringComparison.Ordinal))
                .ToDictionary(gauge => gauge.Key[start.Length..], static gauge => gauge.Value, StringComparer.Ordinal);
        }
    }

    /// <summary>Latencies over the last ten seconds, by what they are of.</summary>
    public IReadOnlyDictionary<string, LatencySummary> Latencies()
    {
        var now = _time.GetTimestamp();
        var all = new Dictionary<string, LatencySummary>(StringComparer.Ordinal);
        foreach (var (name, window) in _latencies)
        {
            var summary = window.Summarize(now);
            if (summary.Count > 0)
            {
                all[name] = summary;
            }
        }

        return all;
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Count(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (instrument is ObservableGauge<int> or ObservableGauge<long>)
        {
            _gauges[instrument.Name + " " + Join(tags)] = value;
            return;
        }

        if (instrument is not Counter<long> and not Counter<int>)
        {
            return;
        }

        _counters.GetOrAdd(new CounterKey(instrument, Join(tags)), static _ => new Counter()).Add(value);
    }

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (instrument is not Histogram<double>)
        {
            return;
        }

        // Times are shown in milliseconds whatever their instrument's unit is.
        var milliseconds = instrument.Unit == "s" ? value * 1000 : value;
        var name = tags.IsEmpty ? instrument.Name : instrument.Name + " " + Join(tags);
        _latencies.GetOrAdd(name, static (_, time) => new LatencyWindow(time), _time).Record(milliseconds, _time.GetTimestamp());
    }

    private static string Join(ReadOnlySpan<KeyValuePair<string, object?>> tags) => tags.Length switch
    {
        0 => "",
        1 => tags[0].Value as string ?? tags[0].Value?.ToString() ?? "",
        _ => JoinMany(tags),
    };

    private static string JoinMany(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var parts = new string[tags.Length];
        for (var i = 0; i < tags.Length; i++)
        {
            parts[i] = tags[i].Value?.ToString() ?? "";
        }

        return string.Join(',', parts);
    }

    private readonly record struct CounterKey(Instrument Instrument, string Tags);

    private sealed class Counter
    {
        private long _value;

        public long Value => Interlocked.Read(ref _value);

        public void Add(long value) => Interlocked.Add(ref _value, value);
    }
}
