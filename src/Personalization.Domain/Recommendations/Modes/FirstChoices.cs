using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Recommendations.Modes;

/// <summary>
/// What is known of a shadow's first choices without an estimate: how likely it would have put the item into the first slot that
/// stood there (q), and what that item got (r). Sums of disjoint lessons add up.
/// </summary>
/// <remarks>
/// The mean of q is an unbiased estimate of Σ_a p(a)·q(a), the probability that both policies choose alike. Σqr / Σq is the reward
/// of decisions in which they do.
/// </remarks>
/// <param name="Count">First slots that were seen.</param>
/// <param name="Agreed">Σ q.</param>
/// <param name="Reward">Σ r, as amended.</param>
/// <param name="AgreedReward">Σ q·r, as amended.</param>
public readonly record struct FirstChoices(long Count, double Agreed, double Reward, double AgreedReward)
{
    /// <summary>The share of decisions in which both choose alike; 0 before the first.</summary>
    public double Agreement => Count > 0 ? Agreed / Count : 0;

    /// <summary>The mean reward of the item that was shown.</summary>
    public double MeanReward => Count > 0 ? Reward / Count : 0;

    /// <summary>The mean reward of decisions in which both choose alike; 0 where they never do.</summary>
    public double MeanRewardWhenAgreeing => Agreed > 0 ? AgreedReward / Agreed : 0;

    /// <summary>With a lesson of a first slot. An amendment changes what a decision got that was counted before.</summary>
    public FirstChoices With(PolicyUpdate lesson)
    {
        ArgumentNullException.ThrowIfNull(lesson);
        var isNew = lesson.Kind == PolicyUpdateKind.Observation;
        return new FirstChoices(
            Count + (isNew ? 1 : 0),
            Agreed + (isNew ? lesson.ShadowPropensity : 0),
            Reward + lesson.Reward,
            AgreedReward + (lesson.ShadowPropensity * (double)lesson.Reward));
    }

    internal void Write(StateWriter writer)
    {
        writer.UInt((ulong)Count);
        writer.Double(Agreed);
        writer.Double(Reward);
        writer.Double(AgreedReward);
    }

    internal static FirstChoices Read(ref StateReader reader) =>
        new(checked((long)reader.UInt()), reader.Double(), reader.Double(), reader.Double());
}
