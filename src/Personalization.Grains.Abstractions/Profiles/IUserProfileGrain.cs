using Orleans.Concurrency;

namespace Personalization.Grains.Profiles;

/// <summary>A user's profile, keyed by the text form of the user key. One of the faces of the user's grain.</summary>
[Alias("personalization.IUserProfileGrain")]
public interface IUserProfileGrain : IGrainWithStringKey
{
    /// <summary>The profile as of now, after waiting for an offset if asked to.</summary>
    /// <param name="minOffset">Waits until this offset of the user's partition has been applied; 0 for no wait.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [AlwaysInterleave]
    [Alias("GetProfile")]
    Task<ProfileView> GetProfile(long minOffset, CancellationToken cancellationToken);

    /// <summary>The profile now, and again whenever it has changed.</summary>
    /// <param name="minInterval">No more often than this.</param>
    /// <param name="cancellationToken">Ends it.</param>
    [AlwaysInterleave]
    [Alias("WatchProfile")]
    IAsyncEnumerable<ProfileView> WatchProfile(TimeSpan minInterval, CancellationToken cancellationToken);
}

/// <summary>A user's profile, as of a moment.</summary>
[GenerateSerializer, Immutable]
[Alias("personalization.ProfileView")]
public sealed record ProfileView
{
    /// <summary>The user key.</summary>
    [Id(0)] public required string User { get; init; }

    /// <summary>False for a user never seen: everything else is the prior.</summary>
    [Id(1)] public required bool Known { get; init; }

    /// <summary>The user's partition.</summary>
    [Id(2)] public required int Partition { get; init; }

    /// <summary>The last offset folded in; 0 for none.</summary>
    [Id(3)] public required long Offset { get; init; }

    /// <summary>When the last event folded in occurred; null for none.</summary>
    [Id(4)] public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>When the view was made: everything decayed up to here.</summary>
    [Id(5)] public required DateTimeOffset EvaluatedAt { get; init; }

    /// <summary>Mood of this session.</summary>
    [Id(6)] public required MoodView Mood { get; init; }

    /// <summary>Mood over the longer run.</summary>
    [Id(7)] public required MoodView Disposition { get; init; }

    /// <summary>One weight per emotion; empty when nothing is known.</summary>
    [Id(8)] public required float[] Emotions { get; init; }

    /// <summary>Strongest first.</summary>
    [Id(9)] public required AffinityView[] Affinities { get; init; }

    /// <summary>[0, 1].</summary>
    [Id(10)] public required double PurchaseIntent { get; init; }

    /// <summary>[0, 1].</summary>
    [Id(11)] public required double Hesitation { get; init; }

    /// <summary>[0, 1]; 0.5 when nothing is known.</summary>
    [Id(12)] public required double PriceSensitivity { get; init; }

    /// <summary>[0, 1].</summary>
    [Id(13)] public required double Confidence { get; init; }

    /// <summary>What the profile rests on.</summary>
    [Id(14)] public required SourceView[] Sources { get; init; }

    /// <summary>Events folded in, ever.</summary>
    [Id(15)] public required long EventCount { get; init; }

    /// <summary>Consents in force.</summary>
    [Id(16)] public required ConsentView[] Consents { get; init; }

    /// <summary>Newest first.</summary>
    [Id(17)] public required string[] RecentlyViewed { get; init; }

    /// <summary>Products in the cart.</summary>
    [Id(18)] public required string[] InCart { get; init; }

    /// <summary>Newest first.</summary>
    [Id(19)] public required string[] Purchased { get; init; }

    /// <summary>What <see cref="PurchaseIntent"/> is from: name@version of a model or of a rule.</summary>
    [Id(20)] public string PurchaseIntentBy { get; init; } = "";

    /// <summary>[0, 1].</summary>
    [Id(21)] public double Frustration { get; init; }

    /// <summary>Events folded in whose feeling has not been read yet.</summary>
    [Id(22)] public int PendingFeelings { get; init; }

    /// <summary>How lately what was shown and what was said contradicted each other, [0, 1].</summary>
    [Id(23)] public double Contradiction { get; init; }
}

/// <summary>Valence and arousal with their standard deviations.</summary>
[GenerateSerializer, Immutable]
[Alias("personalization.MoodView")]
public readonly record struct MoodView(
    [property: Id(0)] double Valence, [property: Id(1)] double ValenceSd,
    [property: Id(2)] double Arousal, [property: Id(3)] double ArousalSd);

/// <summary>How drawn a user is to something.</summary>
/// <param name="Kind">CATEGORY, BRAND or ATTRIBUTE.</param>
/// <param name="Name">Of what.</param>
/// <param name="Value">[−1, 1].</param>
/// <param name="Weight">Evidence, decayed.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.AffinityView")]
public readonly record struct AffinityView(
    [property: Id(0)] string Kind, [property: Id(1)] string Name, [property: Id(2)] double Value, [property: Id(3)] double Weight);

/// <summary>A modality's part in a profile.</summary>
/// <param name="Modality">The modality, by its number in the domain.</param>
/// <param name="Count">Observations, ever.</param>
/// <param name="Share">[0, 1].</param>
[GenerateSerializer, Immutable]
[Alias("personalization.SourceView")]
public readonly record struct SourceView(
    [property: Id(0)] Domain.Scoring.Modality Modality, [property: Id(1)] long Count, [property: Id(2)] double Share);

/// <summary>One consent: to a purpose or to a modality.</summary>
/// <param name="IsModality">Whether <paramref name="Subject"/> is a modality; else it is a purpose.</param>
/// <param name="Subject">The modality's or purpose's number in the domain.</param>
/// <param name="Granted">Whether it is granted.</param>
/// <param name="Explicit">Whether the user said so, or it is the default.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.ConsentView")]
public readonly record struct ConsentView(
    [property: Id(0)] bool IsModality, [property: Id(1)] int Subject, [property: Id(2)] bool Granted, [property: Id(3)] bool Explicit);
