using System.Globalization;

namespace Personalization.Domain.Recommendations.Learning;

/// <summary>
/// The ridges of an <see cref="ArmLearner"/>: one per action in every representation on offer, between which progressive
/// validation chooses.
/// </summary>
/// <remarks>
/// Scales are taken from the rows so far at each power of two of the first <see cref="WarmUp"/> lessons, which are then learned
/// again in the new scale; after them they are fixed.
/// </remarks>
internal sealed class ArmModel
{
    /// <summary>How many lessons are kept to be learned again.</summary>
    public const int WarmUp = 128;

    private readonly Candidate[] _candidates;
    private readonly ProgressiveValidation _choice;
    private readonly double[] _predictions;
    private readonly ArmLearnerOptions _options;
    private readonly List<float[]> _rows = [];
    private readonly List<(int Arm, double Reward)> _lessons = [];
    private long _learned;

    public ArmModel(int arms, int features, ArmLearnerOptions options)
    {
        _options = options;
        _candidates =
        [
            .. options.PlainLambdas.Select(lambda => new Candidate(arms, features, 0, options.SquaredLength, lambda)),
            .. options.ProductLambdas.Select(lambda => new Candidate(arms, features, options.MostProducts, options.SquaredLength, lambda)),
        ];
        _predictions = new double[_candidates.Length];
        _choice = new ProgressiveValidation(_candidates.Length, options.ChoiceMemory);
    }

    /// <summary>The representation that is used now, and its λ.</summary>
    public string Representation => _candidates[_choice.Best].Name;

    /// <summary>θ_aᵀx and xᵀP_a·x of every action.</summary>
    public void Score(ReadOnlySpan<float> row, Span<float> means, Span<float> variances)
    {
        if (_learned == 0)
        {
            Fit([row.ToArray()]);
        }

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
            _predictions[i] = reward - _candidates[i].Learn(arm, row, reward);
            _candidates[i].Ridges[arm].Inflate(_options.Drift / _candidates[i].Ridges[arm].Lambda);
        }

        var error = reward - _predictions[_choice.Best];
        _choice.Judge(_predictions, reward);
        if (++_learned <= WarmUp)
        {
            Keep(arm, row, reward);
        }

        return error;
    }

    /// <summary>Changes the reward of something that was learned: θ_a += P_a·x·Δr in every representation.</summary>
    /// <param name="lesson">The how many-th lesson it was, from 0.</param>
    /// <param name="arm">The action.</param>
    /// <param name="row">The features.</param>
    /// <param name="delta">Δr.</param>
    public void Amend(long lesson, int arm, ReadOnlySpan<float> row, double delta)
    {
        if (lesson < _lessons.Count)
        {
            _lessons[(int)lesson] = (arm, _lessons[(int)lesson].Reward + delta);
        }

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

    private void Keep(int arm, ReadOnlySpan<float> row, double reward)
    {
        _rows.Add(row.ToArray());
        _lessons.Add((arm, reward));
        if (long.IsPow2(_learned))
        {
            Fit(_rows);
        }

        if (_learned == WarmUp)
        {
            _rows.Clear();
            _lessons.Clear();
        }
    }

    private void Fit(IReadOnlyList<float[]> rows)
    {
        foreach (var candidate in _candidates)
        {
            candidate.Restart(rows);
            for (var i = 0; i < _lessons.Count; i++)
            {
                candidate.Learn(_lessons[i].Arm, rows[i], _lessons[i].Reward);
            }
        }
    }

    /// <summary>A representation with its ridges.</summary>
    private sealed class Candidate
    {
        public Candidate(int arms, int features, int products, double squaredLength, double lambda)
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"{(products > 0 ? "features and products" : "features")}, lambda {lambda}");
            Features = new RowFeatures(features, products, squaredLength);
            Ridges = [.. Enumerable.Range(0, arms).Select(_ => new BlockedRidge(Features.Length, lambda))];
        }

        public string Name { get; }

        public RowFeatures Features { get; }

        public BlockedRidge[] Ridges { get; }

        public double Learn(int arm, ReadOnlySpan<float> row, double reward) => Ridges[arm].Learn(Features.Of(row), reward);

        public void Restart(IReadOnlyList<float[]> rows)
        {
            Features.Fit(rows);
            foreach (var ridge in Ridges)
            {
                ridge.Reset();
            }
        }
    }
}
