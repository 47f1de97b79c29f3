using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grpc.Core;
using Personalization.Api.Errors;

namespace Personalization.Api.Operations;

/// <summary>What the API measures of its calls, in the meter <see cref="MeterName"/>.</summary>
internal sealed class ApiMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Personalization.Api";

    private const string UnderWayName = "personalization.api.under_way";

    private readonly Counter<long> _requests;
    private readonly Histogram<double> _duration;

    public ApiMetrics(IMeterFactory meters, ConcurrencyGate gate)
    {
        var meter = meters.Create(MeterName);
        _requests = meter.CreateCounter<long>("personalization.api.requests", "{request}", "Calls answered, by method and status.");
        _duration = meter.CreateHistogram(
            "personalization.api.duration", "s", "Time a call took, by method and status.", advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
            });
        meter.CreateObservableUpDownCounter(
            UnderWayName,
            () => new Measurement<long>[]
            {
                new(gate.Calls, new KeyValuePair<string, object?>("kind", "call")),
                new(gate.Streams, new KeyValuePair<string, object?>("kind", "stream")),
            },
            "{call}",
            "Calls and streams under way.");
    }

    /// <summary>A call has been answered.</summary>
    public void Answered(string method, StatusCode status, TimeSpan took)
    {
        var tags = new TagList { { "rpc.method", method }, { "rpc.grpc.status_code", NameOf(status) } };
        _requests.Add(1, tags);
        _duration.Record(took.TotalSeconds, tags);
    }

    // The names of the specification, without making them anew on every call.
    private static string NameOf(StatusCode status) => status switch
    {
        StatusCode.OK => "OK",
        StatusCode.Cancelled => "CANCELLED",
        StatusCode.InvalidArgument => "INVALID_ARGUMENT",
        StatusCode.DeadlineExceeded => "DEADLINE_EXCEEDED",
        StatusCode.NotFound => "NOT_FOUND",
        StatusCode.AlreadyExists => "ALREADY_EXISTS",
        StatusCode.ResourceExhausted => "RESOURCE_EXHAUSTED",
        StatusCode.FailedPrecondition => "FAILED_PRECONDITION",
        StatusCode.Unavailable => "UNAVAILABLE",
        StatusCode.Internal => "INTERNAL",
        _ => status.ToString(),
    };
}
