using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Personalization.Domain.Recommendations.Learning;

namespace Personalization.Domain.Recommendations.Policies;

/// <summary>
/// What a policy has learned, wherever it learned it: the ridges, how positions are looked at, and whether predictions hold. It can
/// be carried from one store to another; how far into a log it has learned is not part of it (<see cref="PolicyStatistics"/>).
/// </summary>
/// <remarks>Not safe for concurrent use.</remarks>
public sealed class PolicyModel
{
    private readonly float[] _user;
    private readonly float[] _item;

    /// <summary>A model that has seen nothing.</summary>
    /// <exception cref="ArgumentException">The shape or an option is out of its range; the message names it.</exception>
    public PolicyModel(PolicyShape shape, HybridRidgeOptions options)
        : this(new HybridRidge(shape, options))
    {
    }

    internal PolicyModel(HybridRidge ridge)
    {
        Ridge = ridge;
        Examination = new ExaminationEstimator(ridge.Options.Examination, ExaminationGrid.Positions, ridge.Options.ExaminationStrength);
        Alarm = new ShiftAlarm(ridge.Options.Alarm);
        _user = new float[ridge.Shape.User];
        _item = new float[ridge.Shape.Item];
    }

    /// <summary>The learner.</summary>
    public HybridRidge Ridge { get; }

    /// <summary>How likely each position is to be looked at, as learned from decisions that could have come in another order.</summary>
    public ExaminationEstimator Examination { get; internal init; }

    /// <summary>Observations learned, amendments not counted.</summary>
    public long Observations { get; internal set; }

    /// <summary>The sum of their rewards as amended.</summary>
    public double RewardSum { get; internal set; }

    /// <summary>How often the alarm has rung.</summary>
    public int Alarms => Alarm.Count;

    /// <summary>How many observations there were when the alarm last rang; 0 for never.</summary>
    public long AlarmedAt { get; internal set; }

    internal ShiftAlarm Alarm { get; init; }

    /// <summary>Where it stands, as readers are told.</summary>
    public PolicyStanding Standing => new()
    {
        Observations = Observations,
        MeanReward = Observations > 0 ? RewardSum / Observations : 0,
        Examination = ImmutableCollectionsMarshal.AsImmutableArray(ExaminationSteps()),
        LambdaChanges = Ridge.LambdaChanges,
        Alarms = Alarms,
        AlarmedAt = AlarmedAt,
        AlarmScore = Alarm.Score,
    };

    /// <summary>
    /// A model that has seen nothing and begins by believing what this one has learned of all items together: its θ is the prior mean, to
    /// which the usual λ pulls. What it has learned of single items, of positions and of its own errors stays behind.
    /// </summary>
    public PolicyModel AsPrior() => new(Ridge.AsPrior());

    /// <summary>Learns one lesson. Returns false for one of other features or of values that cannot be, which is left out.</summary>
    public bool Learn(PolicyUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        return update.Kind switch
        {
            PolicyUpdateKind.Settlement => Settle(update),
            PolicyUpdateKind.Observation or PolicyUpdateKind.Amendment => LearnItem(update),
            _ => false,
        };
    }

    private bool LearnItem(PolicyUpdate update)
    {
        var shape = Ridge.Shape;
        if (update.FeatureVersion != shape.Version || update.User.Length != shape.User || update.Item.Length != shape.Item
            || !float.IsFinite(update.Reward) || update.Examination is not (>= 0 and <= 1))
        {
            return false;
        }

        FeatureGrid.Unpack(update.User.AsSpan(), _user);
        FeatureGrid.Unpack(update.Item.AsSpan(), _item);
        var examination = update.Examination > 0 ? update.Examination : Ridge.Options.Examination.At(update.Position);
        if (update.Kind == PolicyUpdateKind.Observation)
        {
            Ridge.LearnSeen(update.ItemId, _user, _item, examination, update.Reward);
            Observations++;
        }
        else
        {
            Ridge.AmendSeen(update.ItemId, _user, _item, examination, update.Reward);
        }

        RewardSum += update.Reward;
        Ridge.Own(update.ItemId).ChangedIn = Ridge.Mark;
        return true;
    }

    private bool Settle(PolicyUpdate update)
    {
        var fits = update.Loss is null or (>= 0 and <= float.MaxValue);
        foreach (var pair in update.Pairs)
        {
            fits &= pair.Position >= 1 && pair.Position < Examination.Positions && pair.Weight >= (Half)0 && pair.Weight <= (Half)1;
        }

        if (!fits)
        {
            return false;
        }

        foreach (var pair in update.Pairs)
        {
            Examination.Observe(pair.Position, (double)pair.Weight, pair.Upper ? 1 : 0, pair.Lower ? 1 : 0);
        }

        // What was expected with features of another meaning says nothing of this model.
        if (update.Loss is { } loss && update.FeatureVersion == Ridge.Shape.Version && Alarm.ObserveLoss(loss))
        {
            AlarmedAt = Observations;
            Ridge.Reopen();
        }

        return true;
    }

    private byte[] ExaminationSteps()
    {
        var steps = new byte[ExaminationGrid.Positions];
        for (var k = 0; k < steps.Length; k++)
        {
            steps[k] = ExaminationGrid.Pack(Examination.At(k + 1));
        }

        return steps;
    }
}
