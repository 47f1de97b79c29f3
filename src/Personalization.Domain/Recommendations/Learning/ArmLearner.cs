namespace Personalization.Domain.Recommendations.Learning;

/// <summary>
/// The learner where actions have no features of their own: each action has its ridge over the features of the row, in every
/// representation on offer, and progressive validation chooses the representation that is used.
/// </summary>
/// <remarks>
/// When predictions become worse than they used to be, the variances are raised and a model that has seen nothing is tried
/// beside the present one (<see cref="ShiftAlarmOptions"/>). Not safe for concurrent use.
/// </remarks>
public sealed class ArmLearner
{
    /// <summary>The most features of a row.</summary>
    public const int MostFeatures = 2047;

    private readonly Succession<ArmModel> _models;

    /// <summary>A learner that has seen nothing.</summary>
    /// <param name="arms">How many actions there are, at least 1.</param>
    /// <param name="features">How many features a row has, without a bias, 1 to 2047.</param>
    /// <param name="options">How it learns.</param>
    /// <exception cref="ArgumentException">A number or an option is out of its range; the message names it.</exception>
    public ArmLearner(int arms, int features, ArmLearnerOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(arms, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(features, MostFeatures);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Arms = arms;
        _models = new Succession<ArmModel>(
            () => new ArmModel(arms, features, options), model => model.Inflate(options.AlarmInflation), options.Alarm);
    }

    /// <summary>How many actions there are.</summary>
    public int Arms { get; }

    /// <summary>How often the alarm has rung.</summary>
    public int Alarms => _models.Alarms;

    /// <summary>The representation that is used now, and its λ.</summary>
    public string Representation => _models.Used.Representation;

    /// <summary>The estimated reward of every action for a row, and its variance.</summary>
    /// <param name="row">The features.</param>
    /// <param name="means">Receives θ_aᵀx; one per action.</param>
    /// <param name="variances">Receives xᵀP_a·x; one per action.</param>
    public void Score(ReadOnlySpan<float> row, Span<float> means, Span<float> variances) => _models.Used.Score(row, means, variances);

    /// <summary>Learns one observation.</summary>
    /// <param name="arm">The action.</param>
    /// <param name="row">The features, as the decision saw them.</param>
    /// <param name="reward">r, finite.</param>
    public Lesson Learn(int arm, ReadOnlySpan<float> row, double reward)
    {
        var used = _models.Used;
        var incumbent = _models.Incumbent.Learn(arm, row, reward);
        var challenger = _models.Challenger?.Learn(arm, row, reward) ?? 0;
        var error = ReferenceEquals(used, _models.Incumbent) ? incumbent : challenger;
        var rang = _models.Observe(incumbent, challenger);
        return new Lesson(_models.Lessons, error, rang);
    }

    /// <summary>Changes the reward of something learned before: θ_a += P_a·x·Δr in every representation, with P as it is now.</summary>
    /// <remarks>Without inflation in between, estimates are then exactly those of having known the whole reward at once.</remarks>
    /// <param name="lesson">The number of the lesson.</param>
    /// <param name="arm">The action.</param>
    /// <param name="row">The features, as the decision saw them.</param>
    /// <param name="delta">Δr, finite.</param>
    public void Amend(long lesson, int arm, ReadOnlySpan<float> row, double delta)
    {
        if (lesson >= _models.IncumbentSince)
        {
            _models.Incumbent.Amend(lesson - _models.IncumbentSince, arm, row, delta);
        }

        if (lesson >= _models.ChallengerSince)
        {
            _models.Challenger?.Amend(lesson - _models.ChallengerSince, arm, row, delta);
        }
    }
}
