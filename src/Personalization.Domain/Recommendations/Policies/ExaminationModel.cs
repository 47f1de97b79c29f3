namespace Personalization.Domain.Recommendations.Policies;

/// <summary>What is taken of which items of a slate were looked at.</summary>
public enum ExaminationModel
{
    /// <summary>Each position with a probability of its own, which is learned: see <see cref="ExaminationEstimator"/>.</summary>
    Position = 0,
    /// <summary>From the top down for as long as the shopper was seen to go on: see <see cref="Rewards.RewardJoiner"/>.</summary>
    Cascade = 1,
}

/// <summary>The names of the models in configuration.</summary>
public static class ExaminationModels
{
    /// <summary>The model of a name: <c>position</c> or <c>cascade</c>.</summary>
    /// <exception cref="ArgumentException">No model has that name.</exception>
    public static ExaminationModel Parse(string name) => name switch
    {
        "position" => ExaminationModel.Position,
        "cascade" => ExaminationModel.Cascade,
        _ => throw new ArgumentException($"Examination: is '{name}'; allowed: position, cascade.", nameof(name)),
    };
}
