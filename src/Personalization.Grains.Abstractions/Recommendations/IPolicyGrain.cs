using Orleans.Concurrency;
using Personalization.Domain.Recommendations.Modes;

namespace Personalization.Grains.Recommendations;

/// <summary>The owner of what the recommendation policy has learned, as operators see it; keyed by the policy's name.</summary>
[Alias("personalization.IPolicyGrain")]
public interface IPolicyGrain : IGrainWithStringKey
{
    /// <summary>How the policy stands.</summary>
    [AlwaysInterleave]
    [Alias("Report")]
    Task<PolicyReportMessage> Report();

    /// <summary>The policy's model as bytes.</summary>
    [AlwaysInterleave]
    [ResponseTimeout("00:10:00")]
    [Alias("Export")]
    Task<PolicyFileMessage> Export();

    /// <summary>Goes on from another model; answered when that is persisted.</summary>
    /// <param name="file">The model, as <see cref="Export"/> gave it.</param>
    [ResponseTimeout("00:10:00")]
    [Alias("Import")]
    Task<PolicyChangeMessage> Import(PolicyFileMessage file);

    /// <summary>Starts over with what another model has learned of all products together as its prior; answered when that is persisted.</summary>
    /// <param name="file">The model, as <see cref="Export"/> gave it.</param>
    [ResponseTimeout("00:10:00")]
    [Alias("ImportAsPrior")]
    Task<PolicyChangeMessage> ImportAsPrior(PolicyFileMessage file);

    /// <summary>Goes back to the model before the last change; answered when that is persisted.</summary>
    [ResponseTimeout("00:10:00")]
    [Alias("RollBack")]
    Task<PolicyChangeMessage> RollBack();

    /// <summary>Has a policy stand in the live one's shadow; answered when that is persisted.</summary>
    /// <param name="shadow">It.</param>
    [ResponseTimeout("00:10:00")]
    [Alias("LoadShadow")]
    Task<PolicyChangeMessage> LoadShadow(ShadowMessage shadow);

    /// <summary>Lets the shadow go; answered when that is persisted.</summary>
    [ResponseTimeout("00:10:00")]
    [Alias("UnloadShadow")]
    Task<PolicyChangeMessage> UnloadShadow();

    /// <summary>Makes the shadow the live policy; answered when that is persisted.</summary>
    [ResponseTimeout("00:10:00")]
    [Alias("PromoteShadow")]
    Task<PolicyChangeMessage> PromoteShadow();

    /// <summary>Says who decides; answered when that is persisted.</summary>
    /// <param name="mode">Who decides.</param>
    /// <param name="exit">When an apprentice takes over by itself; null for when it is told.</param>
    [ResponseTimeout("00:10:00")]
    [Alias("SetMode")]
    Task<PolicyChangeMessage> SetMode(PolicyMode mode, ApprenticeExitMessage? exit);
}

/// <summary>A model as bytes, on its way between grains.</summary>
/// <param name="Bytes">The bytes.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.PolicyFileMessage")]
public sealed record PolicyFileMessage([property: Id(0)] byte[] Bytes);

/// <summary>How a change of the policy went.</summary>
/// <param name="Status">Whether it was made.</param>
/// <param name="Problem">Why it was not; empty when it was.</param>
/// <param name="Policy">How the policy stands afterwards.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.PolicyChangeMessage")]
public sealed record PolicyChangeMessage(
    [property: Id(0)] PolicyChangeStatus Status, [property: Id(1)] string Problem, [property: Id(2)] PolicyReportMessage Policy);

/// <summary>Whether a change of the policy was made.</summary>
public enum PolicyChangeStatus : byte
{
    /// <summary>It was, and is persisted.</summary>
    Done = 0,
    /// <summary>The model is of no use here.</summary>
    Refused = 1,
    /// <summary>Not as things stand.</summary>
    NotPossible = 2,
}

/// <summary>How the policy stands.</summary>
[GenerateSerializer, Immutable]
[Alias("personalization.PolicyReportMessage")]
public sealed record PolicyReportMessage
{
    /// <summary>name@version.</summary>
    [Id(0)]
    public required string Version { get; init; }

    /// <summary>Observations learned.</summary>
    [Id(1)]
    public required long Observations { get; init; }

    /// <summary>Lessons left out.</summary>
    [Id(2)]
    public required long Misfits { get; init; }

    /// <summary>Products with weights of their own.</summary>
    [Id(3)]
    public required int Products { get; init; }

    /// <summary>The mean reward of an observation.</summary>
    [Id(4)]
    public required double MeanReward { get; init; }

    /// <summary>λ₂ as it is used now.</summary>
    [Id(5)]
    public required double ItemLambda { get; init; }

    /// <summary>How often it was changed.</summary>
    [Id(6)]
    public required int LambdaChanges { get; init; }

    /// <summary>How likely each position is to be looked at, from the first on.</summary>
    [Id(7)]
    public required double[] Examination { get; init; }

    /// <summary>How often predictions had become worse than they used to be.</summary>
    [Id(8)]
    public required int Alarms { get; init; }

    /// <summary>How many observations there were when that last was so; 0 for never.</summary>
    [Id(9)]
    public required long AlarmedAt { get; init; }

    /// <summary>By how many standard deviations they are worse than usual now.</summary>
    [Id(10)]
    public required double AlarmScore { get; init; }

    /// <summary>Whether there is a model to go back to.</summary>
    [Id(11)]
    public required bool HasPrevious { get; init; }

    /// <summary>Who decides.</summary>
    [Id(12)]
    public PolicyMode Mode { get; init; }

    /// <summary>What stands in the shadow; null for nothing.</summary>
    [Id(13)]
    public ShadowReportMessage? Shadow { get; init; }

    /// <summary>The exploration rule that was promoted; empty for the configured one.</summary>
    [Id(14)]
    public string Exploration { get; init; } = "";

    /// <summary>When an apprentice takes over by itself; null for when it is told.</summary>
    [Id(15)]
    public ApprenticeExitMessage? Exit { get; init; }
}
