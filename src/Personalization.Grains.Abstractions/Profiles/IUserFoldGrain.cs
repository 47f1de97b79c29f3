using Orleans.Concurrency;
using Personalization.Domain.Scoring;

namespace Personalization.Grains.Profiles;

/// <summary>
/// How the log reaches a user: the face of the user's grain that only the partition's grain calls. Applying is idempotent:
/// what an offset did to the user happens once, and what it leads to elsewhere is answered again as often as it is asked,
/// until the partition's checkpoint has passed it.
/// </summary>
[Alias("personalization.IUserFoldGrain")]
public interface IUserFoldGrain : IGrainWithStringKey
{
    /// <summary>Folds events in; those that were folded in before change nothing.</summary>
    [Alias("Apply")]
    Task<UserBatchResult> Apply(UserBatch batch);

    /// <summary>Whether what comes through a modality may be read of this user, as of what has been applied.</summary>
    [Alias("MayRead")]
    Task<bool> MayRead(Modality modality);

    /// <summary>Takes in the profile of a visitor who turned out to be this user. Once per visitor and offset.</summary>
    [Alias("Absorb")]
    Task Absorb(AbsorbCommand command);

    /// <summary>Persists what has been folded in.</summary>
    /// <returns>The offset up to which the user's events are persisted.</returns>
    [AlwaysInterleave]
    [Alias("Persist")]
    Task<long> Persist();
}

/// <summary>What folding a batch led to.</summary>
/// <param name="Effects">For others to fold in, in order of offset.</param>
/// <param name="Poisoned">Events that could not be folded in, with the reason: they are set aside.</param>
/// <param name="Lost">Nothing was folded in, for something that was sent before is missing: start again from the checkpoint.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.UserBatchResult")]
public sealed record UserBatchResult(
    [property: Id(0)] UserEffect[] Effects, [property: Id(1)] PoisonedEvent[] Poisoned, [property: Id(2)] bool Lost = false)
{
    /// <summary>Nothing for anybody else.</summary>
    public static readonly UserBatchResult Nothing = new([], []);

    /// <summary>Something that was sent before is missing.</summary>
    public static readonly UserBatchResult SomethingLost = new([], [], true);
}

/// <summary>One thing that an event of a user leads to elsewhere.</summary>
/// <param name="Offset">The event's offset.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Target">The key of the grain that it is for: the policy, the user to merge into.</param>
/// <param name="Body">What it is in bytes, as the kind's codec wrote it.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.UserEffect")]
public readonly record struct UserEffect(
    [property: Id(0)] long Offset, [property: Id(1)] UserEffectKind Kind, [property: Id(2)] string Target, [property: Id(3)] byte[] Body);

/// <summary>What an effect is. Stored as a number: never reuse or renumber a value.</summary>
[GenerateSerializer]
public enum UserEffectKind : byte
{
    /// <summary>Something for the recommendation policy to learn from.</summary>
    Learn = 1,
    /// <summary>A product that was turned to, with those before it.</summary>
    Visit = 2,
    /// <summary>Something for the intervention policy to learn from.</summary>
    LearnIntervention = 3,
    /// <summary>A visitor's profile on its way to the user that the visitor turned out to be.</summary>
    Merge = 4,
    /// <summary>Something for the decision log.</summary>
    LogDecision = 5,
    /// <summary>The event does not count for its product: the shopper does not agree to that, or it could not be folded in.</summary>
    Withhold = 6,
}

/// <summary>An event that could not be folded in.</summary>
/// <param name="Offset">Its offset.</param>
/// <param name="Reason">Why.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.PoisonedEvent")]
public readonly record struct PoisonedEvent([property: Id(0)] long Offset, [property: Id(1)] string Reason);

/// <summary>A visitor's profile on its way to the user that the visitor turned out to be.</summary>
/// <param name="From">The visitor's key.</param>
/// <param name="Offset">The offset of the merge in the visitor's partition: a second one of the same visitor has a larger one.</param>
/// <param name="State">The visitor's state, as its codec wrote it.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.AbsorbCommand")]
public sealed record AbsorbCommand([property: Id(0)] string From, [property: Id(1)] long Offset, [property: Id(2)] byte[] State);
