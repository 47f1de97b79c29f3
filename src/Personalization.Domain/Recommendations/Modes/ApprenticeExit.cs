namespace Personalization.Domain.Recommendations.Modes;

/// <summary>When an apprentice takes over by itself.</summary>
/// <param name="Decisions">How many first slots that were seen are looked at together, 100 to 1,000,000; every decision once.</param>
/// <param name="Agreement">Its first choice must be the baseline's at least this often, [0, 1].</param>
/// <param name="RewardShare">
/// What such items got must be at least this share of what the baseline's got, [0, 10]; not both may be 0. A baseline that loses
/// must be lost no more with.
/// </param>
public sealed record ApprenticeExit(int Decisions, double Agreement, double RewardShare)
{
    /// <summary>The fewest decisions.</summary>
    public const int FewestDecisions = 100;

    /// <summary>The most decisions.</summary>
    public const int MostDecisions = 1_000_000;

    /// <summary>The largest share of the reward.</summary>
    public const double MostRewardShare = 10;

    /// <summary>Whether what is known of some decisions is good enough. An apprentice that never agrees has shown nothing.</summary>
    public bool IsReached(in FirstChoices choices) =>
        choices.Agreed > 0
        && choices.Agreement >= Agreement
        && (RewardShare == 0 || choices.MeanRewardWhenAgreeing >= Asked(choices.MeanReward));

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">One is out of its range; the message names it.</exception>
    public void Validate()
    {
        Require(Decisions is >= FewestDecisions and <= MostDecisions, nameof(Decisions), Decisions, $"{FewestDecisions} to {MostDecisions}");
        Require(Agreement is >= 0 and <= 1, nameof(Agreement), Agreement, "0 to 1");
        Require(RewardShare is >= 0 and <= MostRewardShare, nameof(RewardShare), RewardShare, $"0 to {MostRewardShare}");
        Require(Agreement > 0 || RewardShare > 0, nameof(Agreement), Agreement, "above 0 where no share of the reward is asked for");
    }

    // A share of a loss would ask for more the smaller it is.
    private double Asked(double reward) => reward > 0 ? RewardShare * reward : reward;

    private static void Require(bool holds, string field, object value, string allowed)
    {
        if (!holds)
        {
            throw new ArgumentException(FormattableString.Invariant($"{field}: is {value}; allowed: {allowed}."), field);
        }
    }
}
