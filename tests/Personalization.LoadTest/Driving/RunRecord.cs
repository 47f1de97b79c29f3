using System.Collections.Concurrent;
using Personalization.Client;
using Personalization.LoadTest.Measuring;
using Personalization.V1;

namespace Personalization.LoadTest.Driving;

/// <summary>What a run has measured so far. Safe for many threads.</summary>
internal sealed class RunRecord
{
    private long _acknowledged;
    private long _duplicates;
    private long _recommendations;
    private long _outcomes;
    private long _visits;
    private long _late;

    /// <summary>A recommendation, asked for without waiting for the visit's own writes.</summary>
    public LatencyHistogram Recommend { get; } = new();

    /// <summary>A recommendation that must have seen the visit's last acknowledged write.</summary>
    public LatencyHistogram RecommendAfterWrite { get; } = new();

    public LatencyHistogram Decide { get; } = new();

    /// <summary>From handing an event over until its durable acknowledgement.</summary>
    public LatencyHistogram Acknowledge { get; } = new();

    /// <summary>From an event's acknowledgement until a read shows it.</summary>
    public LatencyHistogram Freshness { get; } = new();

    public long EventsAcknowledged => Volatile.Read(ref _acknowledged);

    public long EventsDuplicate => Volatile.Read(ref _duplicates);

    public long Recommendations => Volatile.Read(ref _recommendations);

    public long OutcomesAcknowledged => Volatile.Read(ref _outcomes);

    public long Visits => Volatile.Read(ref _visits);

    /// <summary>Visits that an open-loop schedule could not start because too many were under way.</summary>
    public long VisitsDropped => Volatile.Read(ref _late);

    /// <summary>Events not taken, by status and reason.</summary>
    public ConcurrentDictionary<string, long> Refused { get; } = new(StringComparer.Ordinal);

    /// <summary>What went wrong, by what.</summary>
    public ConcurrentDictionary<string, long> Errors { get; } = new(StringComparer.Ordinal);

    /// <summary>Answers that said they were less than they could be, by reason.</summary>
    public ConcurrentDictionary<string, long> Degraded { get; } = new(StringComparer.Ordinal);

    /// <summary>Shown items by the generator that found them.</summary>
    public ConcurrentDictionary<string, long> Sources { get; } = new(StringComparer.Ordinal);

    public void Acknowledged(Event shopperEvent, EventAck ack)
    {
        switch (ack.Result.Status)
        {
            case EventStatus.Accepted:
                Interlocked.Increment(ref _acknowledged);
                break;
            case EventStatus.Duplicate:
                Interlocked.Increment(ref _duplicates);
                break;
            default:
                Add(Refused, $"{ack.Result.Status}: {ack.Result.Reason} ({shopperEvent.PayloadCase})");
                break;
        }
    }

    public void Answered(RecommendResponse answer)
    {
        Interlocked.Increment(ref _recommendations);
        foreach (var degradation in answer.Degraded)
        {
            Add(Degraded, degradation.Reason);
        }

        foreach (var item in answer.Items)
        {
            Add(Sources, item.Source);
        }
    }

    public void Reported(ReportOutcomesResponse response)
    {
        foreach (var result in response.Results)
        {
            if (result.Status is OutcomeStatus.Accepted or OutcomeStatus.Duplicate or OutcomeStatus.Late)
            {
                Interlocked.Increment(ref _outcomes);
            }
            else
            {
                Error($"outcome {result.Status}: {result.Error?.Message}");
            }
        }
    }

    public void VisitEnded() => Interlocked.Increment(ref _visits);

    public void VisitDropped() => Interlocked.Increment(ref _late);

    /// <summary>Something went wrong.</summary>
    public void Error(string what) => Add(Errors, what);

    /// <summary>A call failed.</summary>
    public void Failed(string call, Exception failure) =>
        Error(failure is Grpc.Core.RpcException rpc ? $"{call}: {rpc.StatusCode} {rpc.Status.Detail}" : $"{call}: {failure.GetType().Name} {failure.Message}");

    private static void Add(ConcurrentDictionary<string, long> counts, string key) => counts.AddOrUpdate(key, 1, static (_, n) => n + 1);
}
