using Personalization.Domain.Scoring;

namespace Personalization.Grains.Scoring;

/// <summary>A <see cref="ModelReport"/> on its way between grains.</summary>
/// <param name="Name">text, face, voice, behaviour.</param>
/// <param name="Version">name@version+hash.</param>
/// <param name="Device">On what it runs.</param>
/// <param name="Counts">What became of its items.</param>
/// <param name="MeanQueueTime">Of a computed item.</param>
/// <param name="MeanComputeTime">Of a batch.</param>
/// <param name="BatchSizes">How many batches had 0, 1, 2, … items.</param>
/// <param name="Exits">How many batches went for each reason.</param>
/// <param name="Standing">For whom it reads.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.ModelReportMessage")]
public sealed record ModelReportMessage(
    [property: Id(0)] string Name,
    [property: Id(1)] string Version,
    [property: Id(2)] string Device,
    [property: Id(3)] ModelCounts Counts,
    [property: Id(4)] TimeSpan MeanQueueTime,
    [property: Id(5)] TimeSpan MeanComputeTime,
    [property: Id(6)] long[] BatchSizes,
    [property: Id(7)] Dictionary<string, long> Exits,
    [property: Id(8)] ModelStanding Standing)
{
    /// <summary>The message for a report.</summary>
    public static ModelReportMessage From(ModelReport model) => new(
        model.Name,
        model.Version,
        model.Device,
        new ModelCounts(model.Waiting, model.Scored, model.Expired, model.Overloaded, model.Failed, model.Batches),
        model.MeanQueueTime,
        model.MeanComputeTime,
        [.. model.BatchSizes],
        new Dictionary<string, long>(model.Exits),
        new ModelStanding(
            model.State, model.TrafficShare, model.IsPrevious, model.LoadedAt,
            model.Agreement is { } a
                ? new ModelAgreementMessage(a.Compared, a.MeanValenceDifference, a.MeanArousalDifference, a.Disagreed, a.Dropped, a.Failed)
                : null));
}

/// <summary>What became of a model's items.</summary>
/// <param name="Waiting">Waiting for a batch now.</param>
/// <param name="Scored">Computed.</param>
/// <param name="Expired">Dropped because their deadline passed.</param>
/// <param name="Overloaded">Refused.</param>
/// <param name="Failed">The model failed.</param>
/// <param name="Batches">Batches computed.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.ModelCounts")]
public readonly record struct ModelCounts(
    [property: Id(0)] int Waiting,
    [property: Id(1)] long Scored,
    [property: Id(2)] long Expired,
    [property: Id(3)] long Overloaded,
    [property: Id(4)] long Failed,
    [property: Id(5)] long Batches);

/// <summary>For whom a version of a model reads.</summary>
/// <param name="State">For whom.</param>
/// <param name="TrafficShare">The share of users, [0, 1].</param>
/// <param name="IsPrevious">Whether it was live before the live version.</param>
/// <param name="LoadedAt">When it was loaded.</param>
/// <param name="Agreement">How it compared while it was last a shadow; null when it never was one.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.ModelStanding")]
public sealed record ModelStanding(
    [property: Id(0)] ModelState State,
    [property: Id(1)] double TrafficShare,
    [property: Id(2)] bool IsPrevious,
    [property: Id(3)] DateTimeOffset LoadedAt,
    [property: Id(4)] ModelAgreementMessage? Agreement);

/// <summary>A <see cref="ModelAgreement"/> on its way between grains.</summary>
/// <param name="Compared">Inputs that both read.</param>
/// <param name="MeanValenceDifference">[0, 2].</param>
/// <param name="MeanArousalDifference">[0, 2].</param>
/// <param name="Disagreed">Inputs whose label differs.</param>
/// <param name="Dropped">Inputs that the shadow was not shown.</param>
/// <param name="Failed">Inputs that the shadow failed on.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.ModelAgreementMessage")]
public sealed record ModelAgreementMessage(
    [property: Id(0)] long Compared,
    [property: Id(1)] double MeanValenceDifference,
    [property: Id(2)] double MeanArousalDifference,
    [property: Id(3)] long Disagreed,
    [property: Id(4)] long Dropped,
    [property: Id(5)] long Failed)
{
    /// <summary>What it says.</summary>
    public ModelAgreement ToAgreement() => new(Compared, MeanValenceDifference, MeanArousalDifference, Disagreed, Dropped, Failed);
}
