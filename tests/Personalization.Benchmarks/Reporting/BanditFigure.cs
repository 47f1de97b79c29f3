using System.Text.Json;
using System.Text.Json.Serialization;
using Personalization.Benchmarks.Bandits;

namespace Personalization.Benchmarks.Reporting;

/// <summary>What a bandit made of a data set, as one JSON object of its own shape.</summary>
internal sealed record BanditFigure : Figure
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public required BanditResult Result { get; init; }

    /// <summary>What it was played with: the same for all files of a kind.</summary>
    public required IReadOnlyDictionary<string, object> Parameters { get; init; }

    /// <inheritdoc/>
    public override string ToString() => JsonSerializer.Serialize(
        new
        {
            Bench,
            Data = Case,
            Result.Rounds,
            MeanCost = Math.Round(Result.MeanCost, 5),
            UsPerDecision = Math.Round(Result.Clock.Median, 2),
            UsPerDecisionMean = Math.Round(Result.Clock.Mean, 2),
            UsPerDecisionFastest = Math.Round(Result.Clock.Fastest, 2),
            OracleCost = Rounded(Result.OracleCost),
            MeanRegret = Rounded(Result.MeanRegret),
            Alarms = Result.Alarms,
            Chosen = Result.Chosen,
            CostByTenth = Result.Tenths.Select(c => Math.Round(c, 4)),
            Parameters,
            Processors,
            LoadBefore,
        },
        Json);

    private static double? Rounded(double? value) => value is { } v ? Math.Round(v, 5) : null;
}
