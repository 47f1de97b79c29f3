using Personalization.Domain.Recommendations.Learning;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Benchmarks.Slates;

/// <summary>Slates of a <see cref="HybridLearner"/>, drawn by an exploration rule.</summary>
internal sealed class LearnedSlates : ISlatePolicy
{
    private readonly SlateWorld _world;
    private readonly IExplorationRule _rule;
    private readonly HybridLearner _learner;
    private readonly ExaminationEstimator? _estimator;
    private readonly double[] _examination;
    private readonly SlateSampler _sampler = new();
    private readonly SlatePropensity _propensity = new();
    private readonly int[] _items;
    private readonly float[] _means;
    private readonly float[] _variances;
    private readonly double[] _propensities;
    private SeededRandom _random;

    /// <summary>A policy that has seen nothing.</summary>
    /// <param name="world">Who comes and what there is; attraction is not looked at.</param>
    /// <param name="rule">How it explores.</param>
    /// <param name="examination">b by slot, as it is taken to be; overwritten where it is learned.</param>
    /// <param name="estimator">Learns b; null where it is taken to be known.</param>
    /// <param name="seed">Its luck.</param>
    public LearnedSlates(SlateWorld world, IExplorationRule rule, double[] examination, ExaminationEstimator? estimator, ulong seed)
    {
        _world = world;
        _rule = rule;
        _estimator = estimator;
        _examination = [.. examination];
        _learner = new HybridLearner(world.Shape.UserFeatures, world.Shape.ItemFeatures, new HybridLearnerOptions());
        _items = [.. Enumerable.Range(0, world.Shape.Items)];
        foreach (var item in _items)
        {
            _learner.Add(world.Item(item));
        }

        _means = new float[_items.Length];
        _variances = new float[_items.Length];
        _propensities = new double[world.Shape.Slots];
        _random = new SeededRandom(seed);
    }

    public double[]? LearnedExamination => _estimator is null ? null : [.. Enumerable.Range(1, _examination.Length).Select(_estimator.At)];

    public void Choose(Span<int> slate)
    {
        _learner.Score(_world.Visitor, _items, _means, _variances);
        _sampler.Draw(_rule, _means, _variances, 0, default(NoSimilarity), ref _random, slate, _propensities);
    }

    public void Learn(ReadOnlySpan<int> slate, ReadOnlySpan<double> clicks)
    {
        LearnExamination(slate, clicks);
        for (var k = 0; k < slate.Length; k++)
        {
            _learner.Learn(slate[k], _world.Visitor, clicks[k], _examination[k]);
        }
    }

    private void LearnExamination(ReadOnlySpan<int> slate, ReadOnlySpan<double> clicks)
    {
        if (_estimator is null)
        {
            return;
        }

        for (var k = 0; k + 1 < slate.Length; k++)
        {
            // Without a click on either, a weight would be multiplied by nothing.
            if (clicks[k] + clicks[k + 1] > 0)
            {
                var weight = _propensity.OverlapWeight(_rule, _means, _variances, slate, k);
                _estimator.Observe(k + 1, weight, clicks[k], clicks[k + 1]);
            }
        }

        for (var k = 0; k < _examination.Length; k++)
        {
            _examination[k] = _estimator.At(k + 1);
        }
    }
}
