using System.Globalization;

namespace Personalization.Domain.Recommendations.Learning;

/// <summary>
/// The ridges of an <see cref="ArmLearner"/>: one per action in every representation on offer, between which progressive
/// validation chooses.
/// </summary>
internal sealed class ArmModel
{
    private readonly Candidate[] _candidates;
    private readonly ProgressiveValidation _choice;
    private readonly double[] _predictions;
    private readonly ArmLearnerOptions _options;

    public ArmModel(int arms, int features, ArmLearnerOptions options)
    {
        _options = options;
        var products = PairwiseProducts.Count(features, true) <= options.MostProducts;
        _candidates =
        [
            .. options.PlainLambdas.Select(lambda => new Candidate(arms, features, false, options.FeatureScale, lambda)),
            .. products ? options.ProductLambdas.Select(lambda => new Candidate(arms, features, true, options.FeatureScale, lambda)) : [],
        ];
        _predictions = new double[_candidates.Length];
        _choice = new ProgressiveValidation(_candidates.Length, options.ChoiceMemory);
    }

    /// <summary>The representation that is used now, and its λ.</summary>
    public string Representation => _candidates[_choice.Best].Name;

    /// <summary>θ_aᵀx and xᵀP_a·x of every action.</summary>
    public void Score(ReadOnlySpan<float> row, Span<float> means, Span<float> variances)
    {
        var candidate = _candidates[_choice.Best];
        var x = candidate.Features.Of(row);
        for (var arm = 0; arm < candidate.Ridges.Length; arm++)
        {
            means[arm] = (float)candidate.Ridges[arm].Predict(x);
            variances[arm] = (float)candidate.Ridges[arm].Variance(x);
        }
    }

    /// <summary>Learns one observation. Returns the error of the prediction before it.</summary>
    public double Learn(int arm, ReadOnlySpan<float> row, double reward)
    {
        for (var i = 0; i < _candidates.Length; i++)
        {
            var ridge = _candidates[i].Ridges[arm];
            _predictions[i] = reward - ridge.Learn(_candidates[i].Features.Of(row), reward);
            ridge.Inflate(_options.Drift / ridge.Lambda);
        }

        var error = reward - _predictions[_choice.Best];
        _choice.Judge(_predictions, reward);
        return error;
    }

    /// <summary>Changes the reward of something that was learned: θ_a += P_a·x·Δr in every representation.</summary>
    public void Amend(int arm, ReadOnlySpan<float> row, double delta)
    {
        foreach (var candidate in _candidates)
        {
            candidate.Ridges[arm].Amend(candidate.Features.Of(row), delta);
        }
    }

    /// <summary>Raises what is uncertain of everything; estimates stay.</summary>
    /// <param name="share">By how much, as a share of the prior's variance.</param>
    public void Inflate(double share)
    {
        foreach (var ridge in _candidates.SelectMany(c => c.Ridges))
        {
            ridge.Inflate(share / ridge.Lambda);
        }
    }

    private sealed class Candidate(int arms, int features, bool products, double scale, double lambda)
    {
        public string Name { get; } = string.Create(
            CultureInfo.InvariantCulture, $"{(products ? "features and their products" : "features")}, lambda {lambda}");

        public PairwiseProducts Features { get; } = new(features, products, scale);

        public BlockedRidge[] Ridges { get; } =
            [.. Enumerable.Range(0, arms).Select(_ => new BlockedRidge(PairwiseProducts.Count(features, products), lambda))];
    }
}
