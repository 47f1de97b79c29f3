using Personalization.Domain.Recommendations.Modes;

namespace Personalization.Grains.Recommendations;

/// <summary>A policy that is to stand in the live one's shadow.</summary>
/// <param name="Model">Its model, as <see cref="IPolicyGrain.Export"/> gave it; null for the live one.</param>
/// <param name="Exploration">Its exploration rule; null for the live one's.</param>
/// <param name="Share">Of which share of decisions it is scored, (0, 1].</param>
[GenerateSerializer, Immutable]
[Alias("personalization.ShadowMessage")]
public sealed record ShadowMessage(
    [property: Id(0)] byte[]? Model, [property: Id(1)] ExplorationMessage? Exploration, [property: Id(2)] double Share);

/// <summary>An exploration rule by name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Beta">See <see cref="ExplorationSpec"/>, as for the others; null for the default.</param>
/// <param name="Floor">The share of uniform probability.</param>
/// <param name="Sharpness">γ.</param>
/// <param name="Epsilon">The share of uniform probability of ε-greedy.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.ExplorationMessage")]
public sealed record ExplorationMessage(
    [property: Id(0)] string Name,
    [property: Id(1)] double? Beta = null,
    [property: Id(2)] double? Floor = null,
    [property: Id(3)] double? Sharpness = null,
    [property: Id(4)] double? Epsilon = null)
{
    /// <summary>As it is kept.</summary>
    public ExplorationSpec ToSpec() => new(Name, Beta, Floor, Sharpness, Epsilon);
}

/// <summary>When an apprentice takes over by itself.</summary>
/// <param name="Decisions">See <see cref="ApprenticeExit"/>, as for the others.</param>
/// <param name="Agreement">How often its first choice must be the baseline's.</param>
/// <param name="RewardShare">Which share of the baseline's reward must come of it.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.ApprenticeExitMessage")]
public sealed record ApprenticeExitMessage(
    [property: Id(0)] int Decisions, [property: Id(1)] double Agreement, [property: Id(2)] double RewardShare);

/// <summary>How what stands in the shadow stands.</summary>
[GenerateSerializer, Immutable]
[Alias("personalization.ShadowReportMessage")]
public sealed record ShadowReportMessage
{
    /// <summary>Tells it from all others.</summary>
    [Id(0)] public required long Number { get; init; }

    /// <summary>Since when it stands.</summary>
    [Id(1)] public required DateTimeOffset Since { get; init; }

    /// <summary>Whether it has a model of its own.</summary>
    [Id(2)] public required bool HasModel { get; init; }

    /// <summary>The name of its exploration rule; empty for the live policy's.</summary>
    [Id(3)] public required string Exploration { get; init; }

    /// <summary>Of which share of decisions it is scored.</summary>
    [Id(4)] public required double Share { get; init; }

    /// <summary>What its model has learned from.</summary>
    [Id(5)] public required long Observations { get; init; }

    /// <summary>First slots that were seen.</summary>
    [Id(6)] public required long Decisions { get; init; }

    /// <summary>See <see cref="FirstChoices.Agreement"/>.</summary>
    [Id(7)] public required double Agreement { get; init; }

    /// <summary>See <see cref="FirstChoices.MeanReward"/>.</summary>
    [Id(8)] public required double MeanReward { get; init; }

    /// <summary>See <see cref="FirstChoices.MeanRewardWhenAgreeing"/>.</summary>
    [Id(9)] public required double MeanRewardWhenAgreeing { get; init; }
}
