using Personalization.Api.Validation;
using Personalization.Domain.Scoring;
using Personalization.Grains.Scoring;

namespace Personalization.Api.Scoring;

/// <summary>Versions of models, to the wire and from it.</summary>
internal static class ModelMapping
{
    /// <summary>The wire's form of a version.</summary>
    public static Wire.ModelVersion ToWire(ModelReportMessage model) => new()
    {
        Model = model.Name,
        Version = model.Version,
        Device = model.Device,
        State = ToWire(model.Standing.State),
        TrafficShare = model.Standing.TrafficShare,
        IsPrevious = model.Standing.IsPrevious,
        LoadedAt = TimeMapping.ToTimestamp(model.Standing.LoadedAt),
        Waiting = model.Counts.Waiting,
        Scored = model.Counts.Scored,
        Failed = model.Counts.Failed,
        Agreement = ToWire(model.Standing.Agreement),
    };

    /// <summary>The wire's form of a comparison; null when there is none.</summary>
    public static Wire.ShadowAgreement? ToWire(ModelAgreementMessage? message) => message?.ToAgreement() is not { } agreement ? null : new()
    {
        Compared = agreement.Compared,
        MeanValenceDifference = agreement.MeanValenceDifference,
        MeanArousalDifference = agreement.MeanArousalDifference,
        DisagreementRate = agreement.DisagreementRate,
        Dropped = agreement.Dropped,
        Failed = agreement.Failed,
    };

    // Both list the same states; the wire's begin with one for a field that is not set.

    /// <summary>The wire's form of a state.</summary>
    public static Wire.ModelState ToWire(ModelState state) => (Wire.ModelState)(state + 1);

    /// <summary>The domain's form of a checked state.</summary>
    public static ModelState ToState(Wire.ModelState state) => (ModelState)(state - 1);
}
