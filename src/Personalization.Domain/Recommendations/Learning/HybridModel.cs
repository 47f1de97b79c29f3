using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Personalization.Domain.Recommendations.Learning;

/// <summary>
/// The ridges of a <see cref="HybridLearner"/>: the shared one, and those of each item for every λ₂ on offer, between which
/// progressive validation chooses. Features come scaled.
/// </summary>
internal sealed class HybridModel
{
    private readonly Dictionary<int, ItemRidge[]> _items = [];
    private readonly HybridLearnerOptions _options;
    private readonly BlockedRidge _shared;
    private readonly ProgressiveValidation _choice;
    private readonly AlignedFloats _prior;
    private readonly AlignedFloats _gain;
    private readonly AlignedFloats _folded;
    private readonly double[] _predictions;
    private readonly int _userFeatures;
    private readonly int _itemFeatures;
    private readonly int _stride;
    private bool _foldedIsOld;

    public HybridModel(int userFeatures, int itemFeatures, HybridLearnerOptions options)
    {
        _options = options;
        _userFeatures = userFeatures;
        _itemFeatures = itemFeatures;
        _stride = AlignedFloats.Padded(userFeatures, ItemRidge.Width);
        _shared = new BlockedRidge(userFeatures * itemFeatures, options.SharedLambda);
        _choice = new ProgressiveValidation(options.ItemLambdas.Length, options.ChoiceMemory);
        _prior = new AlignedFloats(_stride);
        _gain = new AlignedFloats(_stride);
        _folded = new AlignedFloats(itemFeatures * _stride);
        _predictions = new double[options.ItemLambdas.Length];
    }

    /// <summary>The λ₂ that is used now.</summary>
    public double ItemLambda => _options.ItemLambdas[_choice.Best];

    /// <summary>θ; user features within item features.</summary>
    public BlockedRidge Shared => _shared;

    /// <summary>μ_a and uᵀP_a·u.</summary>
    /// <param name="item">The item's number.</param>
    /// <param name="features">z.</param>
    /// <param name="user">u.</param>
    /// <param name="dense">u, padded.</param>
    public (float Mean, float Variance) Estimate(int item, SparseFeatures features, SparseFeatures user, AlignedFloats dense)
    {
        FillPrior(features);
        return Estimate(item, _choice.Best, user, dense);
    }

    /// <summary>Learns one observation. Returns the error of the prediction before it.</summary>
    /// <param name="item">The item's number.</param>
    /// <param name="features">z.</param>
    /// <param name="user">u.</param>
    /// <param name="dense">u, padded.</param>
    /// <param name="cross">x, the crosses of the two.</param>
    /// <param name="reward">r.</param>
    public double Learn(int item, SparseFeatures features, SparseFeatures user, AlignedFloats dense, SparseFeatures cross, double reward)
    {
        FillPrior(features);
        var error = reward - Validate(item, user, dense, reward);
        _shared.Learn(cross, reward);
        _foldedIsOld = true;
        var ridges = Ridges(item);
        foreach (var ridge in ridges)
        {
            ridge.Learn(user, (float)reward, _gain.Span);
        }

        if (_options.Drift > 0)
        {
            FillPrior(features);
            Inflate(ridges, (float)_options.Drift);
            _shared.Inflate(_options.Drift / _options.SharedLambda);
        }

        return error;
    }

    /// <summary>Changes the reward of something that was learned: θ += P·x·Δr and g += P_a·u·Δr.</summary>
    public void Amend(int item, SparseFeatures user, SparseFeatures cross, double delta)
    {
        _shared.Amend(cross, delta);
        _foldedIsOld = true;
        foreach (var ridge in Ridges(item))
        {
            ridge.Amend(user, (float)delta, _gain.Span);
        }
    }

    /// <summary>Raises what is uncertain of everything; estimates stay.</summary>
    /// <param name="share">By how much, as a share of the prior's variance.</param>
    /// <param name="items">The features of the items.</param>
    public void Inflate(double share, ItemFeatures items)
    {
        _shared.Inflate(share / _options.SharedLambda);
        foreach (var (item, ridges) in _items)
        {
            FillPrior(items[item]);
            Inflate(ridges, (float)share);
        }
    }

    private void Inflate(ItemRidge[] ridges, float share)
    {
        foreach (var ridge in ridges)
        {
            ridge.Inflate(share, _prior.Span);
        }
    }

    private ItemRidge[] Ridges(int item)
    {
        if (!_items.TryGetValue(item, out var ridges))
        {
            ridges = [.. _options.ItemLambdas.Select(lambda => new ItemRidge(_userFeatures, lambda))];
            _items.Add(item, ridges);
        }

        return ridges;
    }

    /// <summary>Judges every λ₂ by what it would have predicted. Returns what was predicted.</summary>
    private double Validate(int item, SparseFeatures user, AlignedFloats dense, double reward)
    {
        for (var i = 0; i < _predictions.Length; i++)
        {
            _predictions[i] = Estimate(item, i, user, dense).Mean;
        }

        var predicted = _predictions[_choice.Best];
        _choice.Judge(_predictions, reward);
        return predicted;
    }

    private (float Mean, float Variance) Estimate(int item, int choice, SparseFeatures user, AlignedFloats dense)
    {
        if (_items.TryGetValue(item, out var ridges))
        {
            return ridges[choice].Estimate(user, ref dense.First, ref _prior.First);
        }

        var u = dense.Span;
        return (Policies.Simd.Dot<float>(u, _prior.Span), Policies.Simd.Dot<float>(u, u) / (float)_options.ItemLambdas[choice]);
    }

    /// <summary>m = Θz.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillPrior(SparseFeatures item)
    {
        Fold();
        ref var folded = ref _folded.First;
        ref var prior = ref _prior.First;
        for (var at = 0; at < _stride; at += ItemRidge.Width)
        {
            var sum = Vector256<float>.Zero;
            for (var j = 0; j < item.Count; j++)
            {
                var row = Vector256.LoadUnsafe(ref folded, (nuint)((item.Indices[j] * _stride) + at));
                sum = Vector256.FusedMultiplyAdd(Vector256.Create(item.Values[j]), row, sum);
            }

            sum.StoreUnsafe(ref prior, (nuint)at);
        }
    }

    /// <summary>Θ in float32, one padded row of user features per item feature.</summary>
    private void Fold()
    {
        if (!_foldedIsOld)
        {
            return;
        }

        _foldedIsOld = false;
        var weights = _shared.Weights;
        for (var j = 0; j < _itemFeatures; j++)
        {
            var row = _folded.Span.Slice(j * _stride, _userFeatures);
            var from = weights.Slice(j * _userFeatures, _userFeatures);
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = (float)from[i];
            }
        }
    }
}
