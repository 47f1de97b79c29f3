namespace Personalization.Domain.Rewards.Evaluation;

/// <summary>One decision of a log, with what another policy would have made of it.</summary>
/// <param name="Cluster">Whose it was: decisions of one user are resampled together. At least 0.</param>
/// <param name="Reward">What was got, within the range of the <see cref="OffPolicyOptions"/>.</param>
/// <param name="Propensity">With what probability the action was chosen, (0, 1].</param>
/// <param name="TargetProbability">With what probability the policy that is evaluated would have chosen it, [0, 1].</param>
/// <param name="ModelReward">What a reward model expects of the action; 0 without a model.</param>
/// <param name="ModelValue">What a reward model expects of the policy that is evaluated, Σ_b π(b)·q(b); 0 without a model.</param>
public readonly record struct EvaluatedDecision(
    int Cluster, double Reward, double Propensity, double TargetProbability, double ModelReward = 0, double ModelValue = 0)
{
    /// <summary>w: by how much likelier the action is under the policy that is evaluated.</summary>
    public double Weight => TargetProbability / Propensity;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it.</exception>
    internal void Validate(int index, OffPolicyOptions options)
    {
        Require(Cluster >= 0, index, nameof(Cluster), Cluster, "at least 0");
        var inRange = Reward >= options.MinReward && Reward <= options.MaxReward;
        Require(inRange, index, nameof(Reward), Reward, $"{options.MinReward} to {options.MaxReward}");
        Require(Propensity is > 0 and <= 1, index, nameof(Propensity), Propensity, "above 0, up to 1");
        Require(TargetProbability is >= 0 and <= 1, index, nameof(TargetProbability), TargetProbability, "0 to 1");
        Require(double.IsFinite(ModelReward), index, nameof(ModelReward), ModelReward, "finite");
        Require(double.IsFinite(ModelValue), index, nameof(ModelValue), ModelValue, "finite");
    }

    private static void Require(bool holds, int index, string field, double value, string allowed)
    {
        if (!holds)
        {
            throw new ArgumentException($"decisions[{index}].{field}: is {value}; allowed: {allowed}.", field);
        }
    }
}
