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
[GenerateSerializer, Immutable]
[Alias("personalization.ScoreCommand")]
public readonly record struct ScoreCommand(
    [property: Id(0)] ReadOnlyMemory<byte> Event, [property: Id(1)] ScoringLane Lane, [property: Id(2)] DateTimeOffset? Deadline);

/// <summary>What came of it.</summary>
/// <param name="Status">How it went.</param>
/// <param name="Observation">What was read; null unless scored.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.ScoreMessage")]
public readonly record struct ScoreMessage(
    [property: Id(0)] ScoringStatus Status, [property: Id(1)] ObservationMessage? Observation);
