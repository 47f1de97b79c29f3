using System.Runtime.CompilerServices;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Products;
using Personalization.Domain.Scoring;
using Personalization.Domain.Statistics;

namespace Personalization.Domain.Profiles;

/// <summary>
/// What is known and felt about one shopper: a fold over the shopper's events. Not safe for use by several threads at once:
/// its owner is the user's grain.
/// </summary>
/// <remarks>
/// <para>
/// <b>Exactly once.</b> Events are applied in order of their log offset, and an offset at or below <see cref="LastOffset"/>
/// changes nothing: replay after a crash is harmless.
/// </para>
/// <para>
/// <b>Late events.</b> What counts in time is when an event happened (never later than it was received, whatever the caller's
/// clock says). Everything is kept as sums whose terms depend on one event alone (<see cref="FeelingHistory"/>,
/// <see cref="ForwardDecay"/>) or as "the latest report wins", so an event that arrives late counts as it would have in
/// time, two profiles of one person merge by addition, and the order of events does not matter, up to rounding and to the
/// bounds on how many facets and products are remembered.
/// </para>
/// <para>
/// <b>Withdrawal.</b> Each modality's evidence is kept apart and fused when read; see <see cref="Purge"/>.
/// </para>
/// </remarks>
public sealed partial class UserProfile
{
    /// <summary>An affinity that has decayed to less than this is not told any more.</summary>
    private const double MinAffinityWeight = 1e-9;

    private readonly ProfileModel _model;
    private EvidenceByModality _evidence;

    // Of most shoppers nothing is ever merged.
    private SortedList<ulong, long>? _merged;
    private ForwardDecay _session;
    private ForwardDecay _tastes;

    /// <summary>A profile of somebody of whom nothing is known.</summary>
    public UserProfile(ProfileModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _session = new ForwardDecay(model.Options.ShortTimeConstant);
        _tastes = new ForwardDecay(model.Options.AffinityTimeConstant);
    }

    /// <summary>The last offset that was applied; 0 for none.</summary>
    public long LastOffset { get; private set; }

    /// <summary>What this profile holds came after this offset: it moves up when the profile is reset. 0 at first.</summary>
    public long BaseOffset { get; private set; }

    /// <summary>Events folded in, ever, of those modalities that it still has.</summary>
    public long EventCount
    {
        get
        {
            long count = 0;
            foreach (var evidence in _evidence)
            {
                count += evidence?.Events ?? 0;
            }

            return count;
        }
    }

    /// <summary>When the newest event folded in happened; null when there is none.</summary>
    public DateTimeOffset? LastEventAt => NewestTicks() is var ticks && ticks == long.MinValue ? null : new DateTimeOffset(ticks, TimeSpan.Zero);

    /// <summary>The modalities that it has evidence from.</summary>
    public ModalitySet Sources
    {
        get
        {
            var sources = ModalitySet.None;
            for (var m = 0; m < Modalities.Count; m++)
            {
                sources |= _evidence[m] is null ? ModalitySet.None : ((Modality)m).ToSet();
            }

            return sources;
        }
    }

    /// <summary>Folds an event in, once.</summary>
    /// <param name="input">The event with its offset. Consent has been checked: what may not be used is not given to a profile.</param>
    /// <returns>What changed. <see cref="ProfileChange.None"/> still moves <see cref="LastOffset"/>.</returns>
    /// <remarks>
    /// A <see cref="UserDeletedPayload"/> is obeyed here. Changes of consent and merges of identity need what a profile does
    /// not have (the consent record, the other profile): their owner calls <see cref="Purge"/> and <see cref="TryMerge"/>.
    /// </remarks>
    public ProfileChange Apply(in ProfileInput input)
    {
        if (input.Offset <= LastOffset)
        {
            return ProfileChange.AlreadyApplied;
        }

        LastOffset = input.Offset;
        var source = input.Event;
        if (source.Payload is UserDeletedPayload)
        {
            return Reset();
        }

        if (source.Payload is FeelingPayload late)
        {
            return late.Observation is null || Modalities.Of(late.SourceKind) is not { } filed ? ProfileChange.None : FoldLate(in input, late.Observation, filed);
        }

        return Modalities.Of(source.Payload.Kind) is { } modality ? Fold(in input, modality) : ProfileChange.None;
    }

    /// <summary>
    /// Drops all that came from some modalities, as if it had never been. Exact, for each modality's evidence is kept apart:
    /// what stays is what would be there had those events never happened.
    /// </summary>
    /// <remarks>Dropping <see cref="Modality.Behaviour"/> drops intent, hesitation, cart and purchases too: they are what it tells.</remarks>
    public ProfileChange Purge(ModalitySet modalities)
    {
        var had = Sources & modalities;
        Revise();
        for (var m = 0; m < Modalities.Count; m++)
        {
            if (had.Has((Modality)m))
            {
                _evidence[m] = null;
            }
        }

        return had == ModalitySet.None ? ProfileChange.None : ProfileChange.Purged;
    }

    /// <summary>
    /// Forgets everything about the shopper, but not which offsets and merges were applied: they must not come back. Also what
    /// a visitor's profile does once it has been handed over to a known user's.
    /// </summary>
    public ProfileChange Reset()
    {
        BaseOffset = LastOffset;
        _session = new ForwardDecay(_model.Options.ShortTimeConstant);
        _tastes = new ForwardDecay(_model.Options.AffinityTimeConstant);
        return Purge(ModalitySet.All);
    }

    /// <summary>Merges another profile of the same person into this one, once.</summary>
    /// <param name="source">Whose the other profile is. Only a hash of the key is kept.</param>
    /// <param name="other">The other profile; it is not changed. Its owner resets it once this one is safely stored.</param>
    /// <returns>Whether it was merged. Its events are told by its <see cref="BaseOffset"/> and <see cref="LastOffset"/>.</returns>
    /// <exception cref="ArgumentException">The other profile was made with other options.</exception>
    public MergeStatus TryMerge(UserKey source, UserProfile other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!ReferenceEquals(other._model, _model) && other._model.Options != _model.Options)
        {
            throw new ArgumentException("Profiles made with different options cannot be merged.", nameof(other));
        }

        var key = StableHash.Of(source.Value);
        var merged = _merged?.GetValueOrDefault(key) ?? 0;
        if (other.LastOffset <= merged)
        {
            return MergeStatus.AlreadyApplied;
        }

        if (other.BaseOffset < merged)
        {
            return MergeStatus.Overlap;
        }

        (_merged ??= [])[key] = other.LastOffset;
        Revise();
        Add(other);
        return MergeStatus.Applied;
    }

    private ProfileChange Fold(in ProfileInput input, Modality modality)
    {
        var source = input.Event;
        var (ticks, weights) = Begin(source);
        var evidence = EvidenceOf(modality);
        evidence.Count(source.Channel, ticks, weights.Session);
        var change = ProfileChange.Counts;
        if (evidence.Behaviour is { } behaviour && Interaction.TryRead(source.Payload, out var interaction))
        {
            change |= FoldInteraction(evidence, behaviour, in interaction, in input, ticks, in weights);
        }

        return input.Observation is { } observation
            ? change | FoldObservation(evidence, observation, in input, ticks, in weights)
            : change;
    }

    /// <summary>Folds in what was felt in an event that has been counted before.</summary>
    private ProfileChange FoldLate(in ProfileInput input, SentimentObservation observation, Modality filed)
    {
        var (ticks, weights) = Begin(input.Event);
        var evidence = EvidenceOf(filed);

        // Its event may have gone to another profile, and the feeling be all that is here.
        evidence.Reach(ticks);
        return FoldObservation(evidence, observation, in input, ticks, in weights);
    }

    /// <summary>Makes ready for what an event adds.</summary>
    /// <returns>When it happened, in UTC ticks, and what it weighs.</returns>
    private (long Ticks, Weights Weights) Begin(ShopperEvent source)
    {
        Revise();

        // A caller's clock may be ahead; nothing happens after it was heard of.
        var ticks = Math.Min(source.OccurredAt.UtcTicks, source.ReceivedAt.UtcTicks);
        Advance(ticks);
        return (ticks, new Weights(_session.Weight(ticks), _tastes.Weight(ticks)));
    }

    private static ProfileChange FoldInteraction(
        ModalityEvidence evidence, BehaviourEvidence behaviour, in Interaction interaction, in ProfileInput input, long ticks,
        in Weights weights)
    {
        var product = input.Product;
        var change = ProfileChange.Signals;
        if (behaviour.Add(in interaction, input.Event, product, ticks, weights.Session, weights.Tastes))
        {
            change |= ProfileChange.Products;
        }

        if (product is null)
        {
            return change;
        }

        var (value, weight) = ShoppingSignals.TasteOf(interaction.Kind, interaction.Dwell);
        if (weight > 0)
        {
            evidence.Taste(product, value, weight * weights.Tastes);
            change |= ProfileChange.Affinities;
        }

        return float.IsNaN(product.PriceRank) ? change : change | ProfileChange.PriceSensitivity;
    }

    private ProfileChange FoldObservation(
        ModalityEvidence evidence, SentimentObservation observation, in ProfileInput input, long ticks, in Weights weights)
    {
        var source = input.Event;
        var trust = _model.TrustOf(observation, source.Touchpoint, source.Channel);
        if (!(trust > 0))
        {
            return ProfileChange.None;
        }

        // Noise follows what was read (words in a survey are as noisy as words), filing follows what was consented to.
        var precision = _model.PrecisionOf(observation, source.Touchpoint, source.Channel);
        evidence.Observe(observation, ticks, precision, trust, weights.Session, weights.Tastes);
        var change = ProfileChange.Mood | ProfileChange.Emotions;

        // What was done has spoken for itself already.
        if (input.Product is { } product && observation.Modality != Modality.Behaviour)
        {
            evidence.Taste(product, Math.Clamp(observation.Valence, -1.0, 1.0), FeelingWeight(precision.Valence) * weights.Tastes);
            change |= ProfileChange.Affinities;
        }

        return change;
    }

    /// <summary>What a feeling about a product weighs as a taste: a sure review as much as putting it into the cart, at most a purchase.</summary>
    private static double FeelingWeight(double precision) => Math.Min(3, 0.3 * precision);

    private ModalityEvidence EvidenceOf(Modality modality)
    {
        ref var evidence = ref _evidence[(int)modality];
        return evidence ??= new ModalityEvidence(_model.Options, modality == Modality.Behaviour);
    }

    /// <summary>Makes sure that something may be added that happened at a moment.</summary>
    private void Advance(long ticks)
    {
        ScaleSession(_session.Advance(ticks));
        ScaleTastes(_tastes.Advance(ticks));
    }

    private void ScaleSession(double factor)
    {
        if (factor == 1)
        {
            return;
        }

        foreach (var evidence in _evidence)
        {
            evidence?.ScaleSession(factor);
        }
    }

    private void ScaleTastes(double factor)
    {
        if (factor == 1)
        {
            return;
        }

        foreach (var evidence in _evidence)
        {
            evidence?.ScaleTastes(factor);
        }
    }

    private void Add(UserProfile other)
    {
        var newest = other.NewestTicks();
        if (newest == long.MinValue)
        {
            return;
        }

        // With the other's landmarks in reach, none of its sums can grow out of bounds here. They may be newer than its
        // newest event, whose modality may have been dropped.
        Advance(Math.Max(newest, Math.Max(other._session.Landmark, other._tastes.Landmark)));
        var sessionScale = _session.ScaleFrom(in other._session);
        var tasteScale = _tastes.ScaleFrom(in other._tastes);
        for (var m = 0; m < Modalities.Count; m++)
        {
            if (other._evidence[m] is { } evidence)
            {
                EvidenceOf((Modality)m).Add(evidence, sessionScale, tasteScale);
            }
        }
    }

    private long NewestTicks()
    {
        var newest = long.MinValue;
        foreach (var evidence in _evidence)
        {
            newest = Math.Max(newest, evidence?.NewestTicks ?? long.MinValue);
        }

        return newest;
    }

    /// <summary>The forward-decayed weights of one event.</summary>
    private readonly record struct Weights(double Session, double Tastes);

    /// <summary>What there is from each modality; null from those that never spoke.</summary>
    [InlineArray(Modalities.Count)]
    private struct EvidenceByModality
    {
        private ModalityEvidence? _first;
    }

    /// <summary>One history of each modality; empty for those that never spoke.</summary>
    [InlineArray(Modalities.Count)]
    private struct HistoryByModality
    {
        private FeelingHistory _first;
    }
}
