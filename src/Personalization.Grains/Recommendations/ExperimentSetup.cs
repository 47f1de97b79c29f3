using Personalization.Domain.Experiments;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Recommendations;

namespace Personalization.Grains.Recommendations;

/// <summary>Which ranking policy decides for whom.</summary>
public sealed class ExperimentSetup
{
    private readonly Experiment? _ranking;

    /// <summary>A setup.</summary>
    /// <param name="ranking">The experiment whose arms are named after ranking policies; null when the engine decides for all.</param>
    /// <exception cref="ArgumentException">The experiment breaks a rule, or an arm is not named after a ranking policy.</exception>
    public ExperimentSetup(Experiment? ranking)
    {
        ranking?.Validate();
        foreach (var arm in ranking?.Arms ?? [])
        {
            RankingArms.Parse(arm.Name);
        }

        _ranking = ranking;
    }

    /// <summary>The ranking policy of a shopper, and how answers name the experiment and arm.</summary>
    public (RankingArm Arm, string Label) RankingOf(UserKey user)
    {
        if (_ranking is null)
        {
            return (RankingArm.Engine, string.Empty);
        }

        var arm = _ranking.ArmOf(user);
        return (RankingArms.Parse(arm.Name), _ranking.Label(arm));
    }
}
