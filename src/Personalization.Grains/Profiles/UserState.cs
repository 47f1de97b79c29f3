using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Interventions;
using Personalization.Domain.Profiles;
using Personalization.Domain.Rewards;

namespace Personalization.Grains.Profiles;

/// <summary>Everything that is remembered of one shopper. Stored whole, so that all of it is always equally far.</summary>
public sealed class UserState
{
    /// <summary>The offset up to which the shopper's events have been applied; 0 for none.</summary>
    public long AppliedOffset { get; set; }

    /// <summary>When the last event that was applied occurred; null for none.</summary>
    public DateTimeOffset? AppliedAt { get; set; }

    /// <summary>The profile; null only before the first use.</summary>
    public UserProfile? Profile { get; set; }

    /// <summary>What the shopper has agreed to.</summary>
    public ConsentRecord Consent { get; set; } = ConsentRecord.Silent;

    /// <summary>Decisions that wait for their outcomes.</summary>
    public RewardJoiner? Rewards { get; set; }

    /// <summary>What the shopper has been offered.</summary>
    public InterventionHistory Interventions { get; set; } = new();

    /// <summary>Versions of the models that read the shopper's feelings, newest first.</summary>
    public List<string> ModelVersions { get; set; } = [];

    /// <summary>Offsets of events that were folded in without their feeling, which follows; growing.</summary>
    public List<long> OwedFeelings { get; set; } = [];

    /// <summary>Feelings that were owed to a profile when it was handed over: they go after it. Null for none.</summary>
    public List<MovedFeeling>? MovedFeelings { get; set; }

    /// <summary>How many feelings are owed to what other keys handed over, by a hash of the key. Null for none.</summary>
    public SortedList<ulong, int>? OwedByOthers { get; set; }

    /// <summary>
    /// What the shopper's events led to elsewhere and may be asked for again: since the partition's last checkpoint.
    /// </summary>
    public Queue<UserEffect> Outbox { get; set; } = new();
}

/// <summary>A feeling that is owed to a profile which has been handed over.</summary>
/// <param name="Offset">The offset of the event that was folded in without it.</param>
/// <param name="Into">Who has the event now.</param>
public readonly record struct MovedFeeling(long Offset, UserKey Into);
