using Orleans.Concurrency;
using Personalization.Domain.Scoring;
using Personalization.Grains.Profiles;

namespace Personalization.Grains.Scoring;

/// <summary>Reads feelings on whichever silo has the models. Stateless; any key answers alike.</summary>
[Alias("personalization.IScoringGrain")]
public interface IScoringGrain : IGrainWithIntegerKey
{
    /// <summary>Scores payloads together.</summary>
    /// <param name="requests">What to score.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>One result per request, in the same order.</returns>
    [AlwaysInterleave]
    [Alias("Score")]
    Task<ScoreMessage[]> Score(ScoreCommand[] requests, CancellationToken cancellationToken);

    /// <summary>Scores a payload, and says which of its parts mattered most.</summary>
    /// <param name="request">What to score.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [AlwaysInterleave]
    [Alias("Explain")]
    Task<ExplanationMessage> Explain(ScoreCommand request, CancellationToken cancellationToken);

    /// <summary>Reads out of a session's window how likely it is to end in a purchase.</summary>
    /// <param name="command">The window.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [AlwaysInterleave]
    [Alias("ReadIntent")]
    Task<IntentMessage> ReadIntent(IntentCommand command, CancellationToken cancellationToken);

    /// <summary>The models at work on the silo that answers, and what they have done.</summary>
    [AlwaysInterleave]
    [Alias("Report")]
    Task<ModelReportMessage[]> Report();

    /// <summary>Looks at pictures of faces together, as urgently as a live try-on wants it. Nothing of them is kept.</summary>
    /// <param name="crops">The pictures.</param>
    /// <param name="deadline">When an answer is of no use any more.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>One reading per picture, in the same order; null for one that was not looked at.</returns>
    [AlwaysInterleave]
    [Alias("ReadFaces")]
    Task<FaceReadingMessage?[]> ReadFaces(FaceCropCommand[] crops, DateTimeOffset deadline, CancellationToken cancellationToken);
}

/// <summary>One payload to score.</summary>
/// <param name="Event">The event as the event codec wrote it.</param>
/// <param name="Lane">How urgent it is.</param>
/// <param name="Deadline">When an answer is of no use any more; null for none.</param>
/// <param name="IsFine">Whether to answer finer emotions too; profiles keep none.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.ScoreCommand")]
public readonly record struct ScoreCommand(
    [property: Id(0)] ReadOnlyMemory<byte> Event,
    [property: Id(1)] ScoringLane Lane,
    [property: Id(2)] DateTimeOffset? Deadline,
    [property: Id(3)] bool IsFine = false);

/// <summary>What came of it.</summary>
/// <param name="Status">How it went.</param>
/// <param name="Observation">What was read; null unless scored.</param>
/// <param name="QueueTime">Time spent waiting for a batch.</param>
/// <param name="ComputeTime">Time the batch took to compute.</param>
/// <param name="Refusal">By which bound it was refused, when overloaded.</param>
/// <param name="FineEmotions">As <see cref="SentimentObservation.FineEmotions"/>; null unless asked for and told.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.ScoreMessage")]
public readonly record struct ScoreMessage(
    [property: Id(0)] ScoringStatus Status,
    [property: Id(1)] ObservationMessage? Observation,
    [property: Id(2)] TimeSpan QueueTime,
    [property: Id(3)] TimeSpan ComputeTime,
    [property: Id(4)] ScoringRefusal Refusal = ScoringRefusal.None,
    [property: Id(5)] float[]? FineEmotions = null);

/// <summary>A session's window to read.</summary>
/// <param name="User">Whose it is.</param>
/// <param name="Window">As <see cref="Domain.Profiles.IntentFeatures"/> has it.</param>
/// <param name="Lane">How urgent it is.</param>
/// <param name="Deadline">When an answer is of no use any more; null for none.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.IntentCommand")]
public sealed record IntentCommand(
    [property: Id(0)] string User,
    [property: Id(1)] float[] Window,
    [property: Id(2)] ScoringLane Lane,
    [property: Id(3)] DateTimeOffset? Deadline);

/// <summary>What was read of a window.</summary>
/// <param name="Status">How it went.</param>
/// <param name="Probability">Of a purchase; 0 unless scored.</param>
/// <param name="ModelVersion">name@version+hash; empty unless scored.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.IntentMessage")]
public sealed record IntentMessage(
    [property: Id(0)] ScoringStatus Status, [property: Id(1)] double Probability, [property: Id(2)] string ModelVersion);

/// <summary>What came of it, and why.</summary>
/// <param name="Score">What came of it.</param>
/// <param name="Attributions">Which parts mattered, most telling first.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.ExplanationMessage")]
public sealed record ExplanationMessage([property: Id(0)] ScoreMessage Score, [property: Id(1)] AttributionMessage[] Attributions);

/// <summary>An <see cref="Attribution"/> on its way between grains.</summary>
/// <param name="Text">The words, or the group's name; empty for frames.</param>
/// <param name="Start">The first UTF-16 unit of the words, the first frame or number.</param>
/// <param name="Length">How many.</param>
/// <param name="Weight">Of valence, [−2, 2].</param>
/// <param name="Field">Where in the payload it is.</param>
/// <param name="ArousalWeight">Of arousal, [−2, 2].</param>
[GenerateSerializer, Immutable]
[Alias("personalization.AttributionMessage")]
public readonly record struct AttributionMessage(
    [property: Id(0)] string Text, [property: Id(1)] int Start, [property: Id(2)] int Length, [property: Id(3)] float Weight,
    [property: Id(4)] PartField Field = PartField.Text, [property: Id(5)] float ArousalWeight = 0)
{
    /// <summary>The message for a part.</summary>
    public static AttributionMessage From(Attribution part) =>
        new(part.Text, part.Start, part.Length, part.Weight, part.Field, part.ArousalWeight);
}
