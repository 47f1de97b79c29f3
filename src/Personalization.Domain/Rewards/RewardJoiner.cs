using System.Runtime.CompilerServices;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Profiles;
using Personalization.Domain.Recommendations.Decisions;
using Personalization.Domain.Recommendations.Modes;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Scoring;

namespace Personalization.Domain.Rewards;

/// <summary>
/// Joins outcomes to the decisions of one shopper, and turns them into lessons for the policy. Part of the shopper's state.
/// </summary>
/// <remarks>
/// <para>
/// What is pending is missing and not zero. An item's first outcome other than having been seen teaches its reward at once;
/// later ones amend it by what they change; an item that was seen and got nothing more is taught as 0 when the window
/// closes, and amended should something come after all. Components add up by declared weights and aggregations. Of a decision that
/// was made under <see cref="ExaminationModel.Cascade"/>, what a shopper did says besides which other items they looked at.
/// </para>
/// <para>
/// Time is the log's: windows close by the time of receipt of the shopper's own events, so that folding the same log again
/// teaches the same lessons at the same offsets. For a shopper who never comes back, <see cref="CloseDue"/> closes windows
/// between events; see there for what keeps that exact.
/// </para>
/// <para>Bounded: some decisions, each as small as it is in the log. Not safe for concurrent use.</para>
/// </remarks>
public sealed partial class RewardJoiner
{
    private const int RememberedCount = 64;

    // Oldest first.
    private PendingDecision[] _pending = [];
    private int _count;
    private RememberedIds _letGo = new(RememberedCount);
    private List<JoinedReward>? _joined;

    /// <summary>A joiner that waits for nothing.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public RewardJoiner(RewardOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
    }

    /// <summary>What outcomes are worth.</summary>
    public RewardOptions Options { get; }

    /// <summary>The last offset that was applied.</summary>
    public long LastOffset { get; internal set; }

    /// <summary>How many decisions are held.</summary>
    public int PendingCount => _count;

    /// <summary>Outcomes of decisions that this shopper never had, ever.</summary>
    public long UnknownOutcomes { get; internal set; }

    /// <summary>Outcomes that came after their decision had been let go, ever.</summary>
    public long LateOutcomes { get; internal set; }

    /// <summary>
    /// What the last call joined: for each lesson of an item that it gave, in the same order, the decision it was for.
    /// </summary>
    public IReadOnlyList<JoinedReward> LastJoined => _joined ?? (IReadOnlyList<JoinedReward>)[];

    /// <summary>When the next window closes; null when none is open.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            foreach (ref readonly var pending in Pending)
            {
                if (!pending.Closed)
                {
                    return new DateTimeOffset(CloseTicks(in pending), TimeSpan.Zero);
                }
            }

            return null;
        }
    }

    internal ReadOnlySpan<PendingDecision> Pending => _pending.AsSpan(0, _count);

    internal ref readonly RememberedIds LetGo => ref _letGo;

    /// <summary>What is known of a decision.</summary>
    public DecisionState StateOf(string decisionId) =>
        Find(decisionId) is >= 0 and var at ? _pending[at].Closed ? DecisionState.Closed : DecisionState.Open
        : _letGo.Contains(decisionId) ? DecisionState.LetGo
        : DecisionState.Unknown;

    /// <summary>Applies one event of the shopper.</summary>
    /// <param name="offset">Its offset; at or before <see cref="LastOffset"/> it is ignored.</param>
    /// <param name="source">The event.</param>
    /// <param name="observation">What was felt in it; null for nothing.</param>
    /// <param name="lessons">Receives what the policy is to learn, with this offset.</param>
    public JoinOutcome Apply(long offset, ShopperEvent source, SentimentObservation? observation, ICollection<PolicyUpdate> lessons)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(lessons);
        ForgetJoined();
        if (offset <= LastOffset)
        {
            return JoinOutcome.AlreadyApplied;
        }

        LastOffset = offset;
        Close(source.ReceivedAt.UtcTicks, offset, lessons);
        var outcome = source.Payload switch
        {
            DecisionPayload decision => Add(decision, offset, lessons),
            RecommendationOutcomePayload told => Join(told, source.ProductId, offset, lessons),
            _ => JoinOutcome.NotApplicable,
        };
        if (observation is not null && source.ProductId.Length > 0)
        {
            Feel(source.ProductId, observation, offset, lessons);
        }

        return outcome;
    }

    /// <summary>Closes the windows that are due at a moment between two of the shopper's events.</summary>
    /// <param name="offset">
    /// The offset that the lessons get: that of the first record of the shopper's partition that was received at or after
    /// <see cref="NextDue"/>. With it, a fold of the same log closes at the same offset again and the policy counts it once.
    /// </param>
    /// <param name="now">That record's time of receipt.</param>
    /// <param name="lessons">Receives what the policy is to learn.</param>
    /// <returns>False when <paramref name="offset"/> is not after <see cref="LastOffset"/>; nothing happened then.</returns>
    public bool CloseDue(long offset, DateTimeOffset now, ICollection<PolicyUpdate> lessons)
    {
        ArgumentNullException.ThrowIfNull(lessons);
        ForgetJoined();
        if (offset <= LastOffset)
        {
            return false;
        }

        LastOffset = offset;
        Close(now.UtcTicks, offset, lessons);
        return true;
    }

    /// <summary>Lets go of what the last call joined: it has been used.</summary>
    public void ForgetJoined() => _joined = null;

    internal void Restore(in PendingDecision pending)
    {
        TightArray.Reserve(ref _pending!, _count);
        _pending[_count++] = pending;
    }

    internal void RestoreLetGo(ulong hash) => _letGo.Add(hash);

    private JoinOutcome Add(DecisionPayload payload, long offset, ICollection<PolicyUpdate> lessons)
    {
        if (!DecisionCodec.IsRecommendation(payload.Body.AsSpan()))
        {
            return JoinOutcome.NotApplicable;
        }

        if (Find(payload.DecisionId) >= 0)
        {
            return JoinOutcome.DecisionAdded;
        }

        DateTimeOffset at;
        try
        {
            at = DecisionCodec.ReadTime(payload.Body.AsSpan());
        }
        catch (FormatException)
        {
            return JoinOutcome.DecisionUnreadable;
        }

        while (Surplus(room: 1) is >= 0 and var surplus)
        {
            // Making room closes early what was seen: better learned a little soon than not at all.
            CloseOne(ref _pending[surplus], offset, lessons);
            Release(surplus);
        }

        Restore(new PendingDecision(payload.DecisionId, at.UtcTicks, payload.Body));
        return JoinOutcome.DecisionAdded;
    }

    /// <summary>The decision to let go first so that there is room for so many more; negative when there is.</summary>
    private int Surplus(int room)
    {
        var (unseen, oldest) = (0, -1);
        for (var i = _count - 1; i >= 0 && Options.RequireImpression; i--)
        {
            if (_pending[i].Items.IsEmpty)
            {
                (unseen, oldest) = (unseen + 1, i);
            }
        }

        return unseen + room > Options.UnseenCapacity ? oldest : _count + room > Options.Capacity ? 0 : -1;
    }

    private JoinOutcome Join(RecommendationOutcomePayload told, string itemId, long offset, ICollection<PolicyUpdate> lessons)
    {
        if (Find(told.DecisionId) is not (>= 0 and var at))
        {
            var late = _letGo.Contains(told.DecisionId);
            LateOutcomes += late ? 1 : 0;
            UnknownOutcomes += late ? 0 : 1;
            return late ? JoinOutcome.Late : JoinOutcome.UnknownDecision;
        }

        ref var pending = ref _pending[at];
        var slot = pending.Decode().PositionOf(itemId) - 1;
        if (slot < 0)
        {
            UnknownOutcomes++;
            return JoinOutcome.UnknownItem;
        }

        ref var item = ref pending.At(slot);
        item.Seen = true;
        item.Position = told.Position > 0 && !item.Told ? told.Position : item.Position;
        if (ComponentOf(told) is var (component, value))
        {
            item.Add(component, value, Options.Terms[(int)component].Aggregation);
        }

        if (pending.Decode().IsCascade)
        {
            TeachLookedAt(ref pending, offset, lessons);
        }
        else if (item.Present != 0 || pending.Closed)
        {
            Teach(in pending, ref item, offset, lessons);
        }

        return pending.Closed ? JoinOutcome.Amended : JoinOutcome.Joined;
    }

    /// <summary>What is felt about a product is an outcome of the newest slate that showed it.</summary>
    private void Feel(string itemId, SentimentObservation observation, long offset, ICollection<PolicyUpdate> lessons)
    {
        const ObservationFlags Void = ObservationFlags.Unreadable | ObservationFlags.Spam;
        var value = observation.Valence * observation.Confidence;
        if ((observation.Flags & Void) != 0 || !float.IsFinite(value))
        {
            return;
        }

        for (var i = _count - 1; i >= 0; i--)
        {
            // Only what was seen: of most decisions nothing was, and they need not be decoded.
            if (_pending[i].Items.IsEmpty || _pending[i].Decode().PositionOf(itemId) is not (> 0 and var position))
            {
                continue;
            }

            ref var item = ref _pending[i].Find(position - 1);
            if (!Unsafe.IsNullRef(ref item) && (item.Seen || item.Told))
            {
                item.Add(RewardComponent.Feeling, value, Options.Terms[(int)RewardComponent.Feeling].Aggregation);
                if (_pending[i].Decode().IsCascade)
                {
                    TeachLookedAt(ref _pending[i], offset, lessons);
                }
                else
                {
                    Teach(in _pending[i], ref item, offset, lessons);
                }

                return;
            }
        }
    }

    /// <summary>Tells the policy an item's reward, or by how much it changed.</summary>
    private void Teach(in PendingDecision pending, ref ItemOutcome item, long offset, ICollection<PolicyUpdate> lessons)
    {
        var slot = item.Slot;
        var reward = item.Reward(Options);
        if (item.Told && reward.Equals(item.ToldReward))
        {
            return;
        }

        var decision = pending.Decode();
        var lesson = new PolicyUpdate
        {
            Kind = item.Told ? PolicyUpdateKind.Amendment : PolicyUpdateKind.Observation,
            Offset = offset,
            ItemId = decision.Items[slot].ItemId,
            User = decision.User,
            Item = decision.Items[slot].Features,
            Position = PositionOf(slot, in item),
            Examination = decision.Examination.IsEmpty ? 0 : ExaminationGrid.At(decision.Examination.AsSpan(), PositionOf(slot, in item)),
            Reward = item.Told ? reward - item.ToldReward : reward,
            PolicyVersion = decision.PolicyVersion,
            FeatureVersion = decision.FeatureVersion,
            Shadow = slot == 0 ? decision.Shadow?.Number ?? 0 : 0,
            ShadowPropensity = slot == 0 ? decision.Shadow?.Of(slot) ?? 0 : 0,
        };
        lessons.Add(lesson);
        (_joined ??= []).Add(Joined(decision, lesson, in item));
        item.Told = true;
        item.ToldReward = reward;
    }

    private static JoinedReward Joined(Decision decision, PolicyUpdate lesson, in ItemOutcome outcome) => new()
    {
        DecisionId = decision.DecisionId,
        DecidedAt = decision.At,
        Arm = decision.Arm,
        Experiment = decision.Experiment,
        Kind = lesson.Kind,
        ItemId = lesson.ItemId,
        Slot = outcome.Slot + 1,
        Position = lesson.Position,
        Propensity = decision.Items[outcome.Slot].Propensity,
        Reward = lesson.Reward,
        PolicyVersion = lesson.PolicyVersion,
        FeatureVersion = lesson.FeatureVersion,
        User = lesson.User,
        Item = lesson.Item,
        Components = ComponentValues.Of(in outcome),
        // One line of an item tells what it was chosen among; amendments need not say it again.
        Candidates = lesson.Kind == PolicyUpdateKind.Observation ? decision.Items[outcome.Slot].Candidates : null,
        Mode = lesson.Kind == PolicyUpdateKind.Observation ? decision.Mode : PolicyMode.Online,
        Shadow = lesson.Kind == PolicyUpdateKind.Observation ? decision.Shadow?.Number ?? 0 : 0,
        ShadowPropensity = lesson.Kind == PolicyUpdateKind.Observation ? decision.Shadow?.Of(outcome.Slot) : null,
    };

    private void Close(long nowTicks, long offset, ICollection<PolicyUpdate> lessons)
    {
        foreach (ref var pending in _pending.AsSpan(0, _count))
        {
            if (!pending.Closed && CloseTicks(in pending) <= nowTicks)
            {
                CloseOne(ref pending, offset, lessons);
            }
        }

        while (_count > 0 && CloseTicks(in _pending[0]) + Options.AmendFor.Ticks <= nowTicks)
        {
            Release(0);
        }
    }

    private void CloseOne(ref PendingDecision pending, long offset, ICollection<PolicyUpdate> lessons)
    {
        if (pending.Closed)
        {
            return;
        }

        pending.Closed = true;
        for (var slot = 0; !Options.RequireImpression && slot < pending.Decode().Items.Length; slot++)
        {
            pending.At(slot).Seen = true;
        }

        if (pending.Items.Length > 0 && pending.Decode().IsCascade)
        {
            TeachLookedAt(ref pending, offset, lessons);
        }
        else
        {
            TeachSeen(in pending, offset, lessons);
        }

        if (pending.Items.Length > 0 && Settlement(in pending) is { } settled)
        {
            lessons.Add(settled with { Offset = offset });
        }
    }

    private void TeachSeen(in PendingDecision pending, long offset, ICollection<PolicyUpdate> lessons)
    {
        foreach (ref var item in pending.Items)
        {
            if (item.Seen && !item.Told)
            {
                Teach(in pending, ref item, offset, lessons);
            }
        }
    }

    private void Release(int index)
    {
        _letGo.Add(_pending[index].Hash);
        _pending.AsSpan(index + 1, _count - index - 1).CopyTo(_pending.AsSpan(index));
        _pending[--_count] = default;
    }

    private (RewardComponent Component, float Value)? ComponentOf(RecommendationOutcomePayload told) => told.Outcome switch
    {
        OutcomeKind.Click => (RewardComponent.Click, 1),
        OutcomeKind.AddToCart => (RewardComponent.Cart, 1),
        OutcomeKind.Purchase => (RewardComponent.Purchase, MarginOf(told)),
        OutcomeKind.Return => (RewardComponent.Return, MarginOf(told)),
        OutcomeKind.Dismiss => (RewardComponent.Dismiss, 1),
        _ => null,
    };

    private float MarginOf(RecommendationOutcomePayload told) =>
        (float)(told.Margin ?? (told.Revenue * (decimal)Options.DefaultMarginRate));

    private long CloseTicks(in PendingDecision pending) => pending.AtTicks + Options.Window.Ticks;

    /// <summary>Where a decision stands; negative when it does not.</summary>
    private int Find(string decisionId)
    {
        var hash = _count > 0 ? StableHash.Of(decisionId) : 0;
        var at = _count - 1;
        while (at >= 0 && !_pending[at].Is(decisionId, hash))
        {
            at--;
        }

        return at;
    }
}

/// <summary>What is known of a decision.</summary>
public enum DecisionState : byte
{
    /// <summary>No such decision.</summary>
    Unknown = 0,
    /// <summary>Its window is open.</summary>
    Open = 1,
    /// <summary>Its window has closed; outcomes amend what was learned.</summary>
    Closed = 2,
    /// <summary>It was let go: outcomes teach nothing any more.</summary>
    LetGo = 3,
}
