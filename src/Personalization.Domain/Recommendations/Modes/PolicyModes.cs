using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations.Modes;

/// <summary>Who decides, and what stands in the shadow: kept with the policy's statistics, by their owner.</summary>
/// <remarks>Not safe for concurrent use.</remarks>
public sealed class PolicyModes
{
    /// <summary>Who decides.</summary>
    public PolicyMode Mode { get; internal set; }

    /// <summary>The exploration rule that was promoted; null for the configured one.</summary>
    public ExplorationSpec? Exploration { get; internal set; }

    /// <summary>What stands in the shadow; null for nothing.</summary>
    public Shadow? Shadow { get; internal set; }

    /// <summary>When an apprentice takes over by itself; null for when it is told.</summary>
    public ApprenticeExit? Exit { get; internal set; }

    /// <summary>The first choices that <see cref="Exit"/> is looked at with next.</summary>
    public FirstChoices TowardsExit { get; internal set; }

    /// <summary>How many shadows and apprenticeships there have been.</summary>
    public long Numbered { get; internal set; }

    /// <summary>Grows with every change that readers have to be told.</summary>
    public long Version { get; internal set; }

    /// <summary>Has a policy stand in the shadow, in the place of the one there was.</summary>
    /// <param name="model">Its model; null for the live one.</param>
    /// <param name="exploration">Its rule; null for the live one's.</param>
    /// <param name="share">Of which share of decisions it is scored.</param>
    /// <param name="learned">How far into the log its lessons have been told: they are told once, whichever model learns them.</param>
    /// <param name="now">The present.</param>
    /// <exception cref="PolicyStateException">The policy is an apprentice, whose own choice is the shadow.</exception>
    public void Load(PolicyModel? model, ExplorationSpec? exploration, double share, AppliedOffsets learned, DateTimeOffset now)
    {
        RequireOnline();
        Stand(new Shadow
        {
            Number = ++Numbered,
            Since = now,
            Exploration = exploration,
            Share = share,
            Own = model is null ? null : PolicyStatistics.Of(model, learned.Copy()),
        });
    }

    /// <summary>Lets the shadow go.</summary>
    /// <returns>The shadow there was; null when there was none.</returns>
    /// <exception cref="PolicyStateException">The policy is an apprentice, whose own choice is the shadow.</exception>
    public Shadow? Unload()
    {
        RequireOnline();
        var before = Shadow;
        Stand(null);
        return before;
    }

    /// <summary>Says who decides. The mode there is already changes when an apprentice takes over, and nothing else.</summary>
    /// <exception cref="PolicyStateException">A shadow stands, which an apprenticeship has no place for.</exception>
    public void Set(PolicyMode mode, ApprenticeExit? exit, DateTimeOffset now)
    {
        exit?.Validate();
        if (mode != Mode)
        {
            RequireNoOtherShadow(mode);
            Mode = mode;
            Stand(mode == PolicyMode.Apprentice ? new Shadow { Number = ++Numbered, Since = now } : null);
        }

        (Exit, TowardsExit) = (mode == PolicyMode.Apprentice ? exit : null, default);
    }

    /// <summary>Explores with another rule from here on; null for the configured one.</summary>
    public void Explore(ExplorationSpec? exploration)
    {
        Exploration = exploration;
        Version++;
    }

    /// <summary>Learns what is new in a batch of lessons, as <see cref="PolicyStatistics.Apply"/> does.</summary>
    /// <param name="partition">The partition the batch stems from.</param>
    /// <param name="applied">The offset up to which its lessons had been learned before.</param>
    /// <param name="through">The last offset of the batch.</param>
    /// <param name="updates">The lessons.</param>
    /// <returns>True when the apprentice has taken over.</returns>
    public bool Learn(int partition, long applied, long through, ReadOnlySpan<PolicyUpdate> updates)
    {
        if (Shadow is not { } shadow)
        {
            return false;
        }

        LearnOwn(shadow, partition, through, updates);
        foreach (var update in updates)
        {
            // Rewards that cannot be are misfits for the policy, too: they would spoil the sums for good.
            if (update.Offset > applied && update.Shadow == shadow.Number && float.IsFinite(update.Reward) && update.ShadowPropensity is >= 0 and <= 1)
            {
                shadow.FirstChoices = shadow.FirstChoices.With(update);
                TowardsExit = Exit is null ? default : TowardsExit.With(update);
            }
        }

        return LeaveIfReached();
    }

    private void LearnOwn(Shadow shadow, int partition, long through, ReadOnlySpan<PolicyUpdate> updates)
    {
        if (shadow.Own is not { } own || own.Offsets.Of(partition) >= through)
        {
            return;
        }

        var before = own.Version;
        own.Apply(partition, own.Offsets.Of(partition), through, updates);
        Version += own.Version - before;
    }

    private bool LeaveIfReached()
    {
        if (Exit is not { } exit || TowardsExit.Count < exit.Decisions)
        {
            return false;
        }

        var isReached = exit.IsReached(TowardsExit);
        TowardsExit = default;
        if (isReached)
        {
            (Mode, Exit) = (PolicyMode.Online, null);
            Stand(null);
        }

        return isReached;
    }

    private void Stand(Shadow? shadow)
    {
        Shadow = shadow;
        Version++;
    }

    private void RequireOnline()
    {
        if (Mode == PolicyMode.Apprentice)
        {
            throw new PolicyStateException("The policy is an apprentice: its own choice is the shadow.");
        }
    }

    private void RequireNoOtherShadow(PolicyMode next)
    {
        if (next == PolicyMode.Apprentice && Shadow is not null)
        {
            throw new PolicyStateException($"{Shadow.Name} stands: an apprentice's own choice is the only shadow.");
        }
    }
}
