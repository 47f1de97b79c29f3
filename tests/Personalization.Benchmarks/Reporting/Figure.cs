using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Personalization.Benchmarks.Reporting;

/// <summary>One figure of a benchmark; one line of JSON. Null: there is none.</summary>
internal record Figure
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public required string Bench { get; init; }

    public required string Case { get; init; }

    public required double Value { get; init; }

    public required string Unit { get; init; }

    /// <summary>What it is held against: another measurement of the same run, or a mark.</summary>
    public string? Floor { get; init; }

    public double? FloorValue { get; init; }

    /// <summary>Value over floor.</summary>
    public double? Ratio { get; init; }

    /// <summary>Processor time a call, client and server together, in microseconds.</summary>
    public double? CpuUsPerCall { get; init; }

    public double? FloorCpuUsPerCall { get; init; }

    public double? P50Ms { get; init; }

    public double? P99Ms { get; init; }

    public long? Samples { get; init; }

    public long? Failures { get; init; }

    public int? Callers { get; init; }

    /// <summary>Calls a second that were asked for, in a run on a schedule.</summary>
    public double? Rate { get; init; }

    public double? Seconds { get; init; }

    /// <summary>What the ratio is to be at most, or the value where there is no floor.</summary>
    public double? Mark { get; init; }

    public int? Products { get; init; }

    public int? Users { get; init; }

    /// <summary>Candidates that were scored, on average.</summary>
    public double? Candidates { get; init; }

    public double? BytesPerCall { get; init; }

    public string? Note { get; init; }

    public required string PackageMode { get; init; }

    public int Processors { get; init; } = Environment.ProcessorCount;

    /// <summary>The machine's load average over the last minute before the figure: what else ran.</summary>
    public double? LoadBefore { get; init; } = ReadLoad();

    /// <summary>The figure as one line.</summary>
    public override string ToString() => JsonSerializer.Serialize(this, Json);

    private static double? ReadLoad()
    {
        try
        {
            return double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
