namespace Personalization.Domain.Recommendations.Learning;

/// <summary>
/// Chooses between models while they learn: each predicts every reward before it learns it, and the one whose squared errors
/// are smallest is used next. What a model is judged on is then never what it was fitted to.
/// </summary>
/// <remarks>
/// Blum, Kalai, Langford: "Beating the hold-out: bounds for k-fold and progressive cross-validation", COLT 1999. Old errors
/// fade with a time constant, so that the choice follows a change. All models are judged on the same, chosen actions.
/// </remarks>
public sealed class ProgressiveValidation
{
    private readonly double[] _losses;
    private readonly double _kept;
    private double _weight;

    /// <summary>A choice between models of which nothing is known: the first one.</summary>
    /// <param name="models">How many there are, at least 1.</param>
    /// <param name="memory">After how many rewards an error counts 1/e, at least 1; infinity: it always counts.</param>
    public ProgressiveValidation(int models, double memory = double.PositiveInfinity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(models, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(memory, 1);
        _losses = new double[models];
        _kept = Math.Exp(-1 / memory);
    }

    /// <summary>The model to use: the one with the smallest loss, the first of equals.</summary>
    public int Best { get; private set; }

    /// <summary>The mean of a model's squared errors, weighted by recency; 0 before the first.</summary>
    public double Loss(int model) => _weight > 0 ? _losses[model] / _weight : 0;

    /// <summary>Takes in what each model predicted of a reward that none of them has learned yet.</summary>
    /// <param name="predictions">One per model.</param>
    /// <param name="reward">What it was.</param>
    public void Judge(ReadOnlySpan<double> predictions, double reward)
    {
        if (predictions.Length != _losses.Length)
        {
            throw new ArgumentException($"predictions: are {predictions.Length}; allowed: {_losses.Length}.", nameof(predictions));
        }

        _weight = (_weight * _kept) + 1;
        for (var i = 0; i < _losses.Length; i++)
        {
            var error = reward - predictions[i];
            _losses[i] = (_losses[i] * _kept) + (error * error);
        }

        for (var i = 0; i < _losses.Length; i++)
        {
            Best = _losses[i] < _losses[Best] ? i : Best;
        }
    }
}
