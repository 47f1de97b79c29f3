using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Interventions;
using Personalization.Domain.Profiles;
using Personalization.Domain.Rewards;

namespace Personalization.Grains.Profiles;

/// <summary>Everything that is remembered of one shopper. Stored whole, so that all of it is always equally far.</summary>
/// <remarks>There is one for every shopper in memory: what most have nothing of is made when there is something.</remarks>
public sealed class UserState
{
    private static string[] s_lastSingle = [""];

    private InterventionHistory? _interventions;
    private UserEffect[]? _outbox;
    private int _effects;
    private long _appliedTicks = -1;

    /// <summary>The offset up to which the shopper's events have been applied; 0 for none.</summary>
    public long AppliedOffset { get; set; }

    /// <summary>When the last event that was applied occurred, UTC; null for none.</summary>
    public DateTimeOffset? AppliedAt
    {
        get => _appliedTicks < 0 ? null : new DateTimeOffset(_appliedTicks, TimeSpan.Zero);
        set => _appliedTicks = value?.UtcTicks ?? -1;
    }

    /// <summary>The profile; null only before the first use.</summary>
    public UserProfile? Profile { get; set; }

    /// <summary>What the shopper has agreed to.</summary>
    public ConsentRecord Consent { get; set; } = ConsentRecord.Silent;

    /// <summary>Decisions that wait for their outcomes.</summary>
    public RewardJoiner? Rewards { get; set; }

    /// <summary>What the shopper has been offered.</summary>
    public InterventionHistory Interventions
    {
        get => _interventions ??= new InterventionHistory();
        set => _interventions = value;
    }

    /// <summary>Whether the shopper was ever offered anything.</summary>
    public bool HasInterventions => _interventions is not null;

    /// <summary>Forgets what the shopper has been offered.</summary>
    public void ForgetInterventions() => _interventions = null;

    /// <summary>Versions of the models that read the shopper's feelings, newest first. Never changed in place: it may be handed on.</summary>
    public string[] ModelVersions { get; set; } = [];

    /// <summary>Offsets of events that were folded in without their feeling, which follows; growing. Null for none.</summary>
    public List<long>? OwedFeelings { get; set; }

    /// <summary>How many feelings are owed.</summary>
    public int OwedCount => OwedFeelings?.Count ?? 0;

    /// <summary>Feelings that were owed to a profile when it was handed over: they go after it. Null for none.</summary>
    public List<MovedFeeling>? MovedFeelings { get; set; }

    /// <summary>How many feelings are owed to what other keys handed over, by a hash of the key. Null for none.</summary>
    public SortedList<ulong, int>? OwedByOthers { get; set; }

    /// <summary>
    /// What the shopper's events led to elsewhere and may be asked for again: since the partition's last checkpoint. In order.
    /// </summary>
    public ReadOnlySpan<UserEffect> Outbox => _outbox.AsSpan(0, _effects);

    /// <summary>Adds an effect, whose offset is no less than the last one's.</summary>
    public void Emit(in UserEffect effect)
    {
        if (_outbox is null || _effects == _outbox.Length)
        {
            Array.Resize(ref _outbox, _effects + 1 + (_effects / 2));
        }

        _outbox[_effects++] = effect;
    }

    /// <summary>The effects of events from one offset to another, both included.</summary>
    public UserEffect[] OutboxOf(long first, long last)
    {
        var (start, end) = (0, _effects);
        while (start < end && _outbox![start].Offset < first)
        {
            start++;
        }

        while (end > start && _outbox![end - 1].Offset > last)
        {
            end--;
        }

        return Outbox[start..end].ToArray();
    }

    /// <summary>Lets go of effects up to an offset: they will never be asked for again.</summary>
    public void Settle(long offset)
    {
        var settled = 0;
        while (settled < _effects && _outbox![settled].Offset <= offset)
        {
            settled++;
        }

        if (settled == _effects)
        {
            (_outbox, _effects) = (null, 0);
        }
        else if (settled > 0)
        {
            Outbox[settled..].CopyTo(_outbox);
            Array.Clear(_outbox!, _effects - settled, settled);
            _effects -= settled;
        }
    }

    /// <summary>Notes that a version of a model has read a feeling.</summary>
    /// <param name="version">The version.</param>
    /// <param name="most">How many versions are kept.</param>
    public void NoteModel(string version, int most)
    {
        if (ModelVersions.Length > 0 && ModelVersions[0] == version)
        {
            return;
        }

        ModelVersions = ModelVersions.Length == 0
            ? Single(version)
            : [version, .. ModelVersions.Where(other => other != version).Take(most - 1)];
    }

    // Nearly all shoppers have been read by one and the same version: they share the array.
    private static string[] Single(string version)
    {
        var last = s_lastSingle;
        return last[0] == version ? last : s_lastSingle = [version];
    }
}

/// <summary>A feeling that is owed to a profile which has been handed over.</summary>
/// <param name="Offset">The offset of the event that was folded in without it.</param>
/// <param name="Into">Who has the event now.</param>
public readonly record struct MovedFeeling(long Offset, UserKey Into);
