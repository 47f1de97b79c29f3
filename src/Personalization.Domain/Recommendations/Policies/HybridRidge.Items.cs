using Personalization.Domain.Ingestion;

namespace Personalization.Domain.Recommendations.Policies;

// Ridges of items: those that are judged by several pulls, and how all of them follow what has changed for all.
public sealed partial class HybridRidge
{
    /// <summary>One in this many items has a ridge for each pull that is tried.</summary>
    internal const ulong JudgedOneIn = 8;

    /// <summary>How many items are brought up to date with each lesson of another.</summary>
    internal const int BroughtPerLesson = 4;

    private const ulong JudgedSalt = 0x1A3B_DA02;

    private readonly Queue<string> _behind = new();

    /// <summary>How often variances have been raised because predictions had become worse.</summary>
    public int Reopenings { get; internal set; }

    /// <summary>What items that change from here on are marked with.</summary>
    internal long Mark { get; set; }

    /// <summary>How many items are still to follow the last change of λ₂ or of variances.</summary>
    internal int BehindCount => _items.Values.Count(IsBehind);

    /// <summary>Raises every variance by <see cref="HybridRidgeOptions.AlarmInflation"/>, with estimates left where they are; those of items little by little.</summary>
    public void Reopen()
    {
        _shared.Inflate(Options.AlarmInflation);
        Reopenings++;
        AllAreBehind();
    }

    /// <summary>Takes in an item as it was stored. Ridges that are not there, or have another pull, follow from the first.</summary>
    internal void Restore(string itemId, RecursiveRidge<float>[] ridges, double[] featureSum, double weight, long changedIn, int reopenings)
    {
        RecursiveRidge<float> PulledBy(float lambda) =>
            Array.Find(ridges, ridge => ridge.Lambda.Equals(lambda)) ?? ridges[0].PulledBy(lambda);

        // An unjudged item keeps the pull that it was stored with: it follows in its turn, as it would have.
        RecursiveRidge<float>[] kept = IsJudged(itemId) ? Array.ConvertAll(_lambdas, PulledBy) : [ridges[0]];
        _items.Add(itemId, new ItemRidge(kept, featureSum, IsJudged(itemId) ? Choice.Used : 0)
        {
            Weight = weight, Reopenings = Math.Min(reopenings, Reopenings), ChangedIn = changedIn,
        });
    }

    /// <summary>Everybody who does not follow what is used now gets in line.</summary>
    internal void AllAreBehind()
    {
        _behind.Clear();
        foreach (var (id, own) in _items)
        {
            if (IsBehind(own))
            {
                _behind.Enqueue(id);
            }
        }
    }

    private bool IsJudged(string itemId) =>
        _lambdas.Length > 1 && StableHash.Of(itemId, JudgedSalt) % JudgedOneIn == 0;

    private ItemRidge NewItem(string itemId)
    {
        RecursiveRidge<float> Pulled(float lambda) => new(_noWeights, lambda);
        return IsJudged(itemId)
            ? new ItemRidge(Array.ConvertAll(_lambdas, Pulled), new double[Shape.Item], Choice.Used) { Reopenings = Reopenings }
            : new ItemRidge([Pulled(_lambdas[Choice.Used])], new double[Shape.Item], 0) { Reopenings = Reopenings };
    }

    private bool IsBehind(ItemRidge own) => own.Reopenings < Reopenings || !own.Ridge.Lambda.Equals(_lambdas[Choice.Used]);

    private void BringSomeUpToDate()
    {
        for (var left = Math.Min(BroughtPerLesson, _behind.Count); left > 0; left--)
        {
            if (_items.TryGetValue(_behind.Dequeue(), out var own))
            {
                BringUpToDate(own);
            }
        }
    }

    private void BringUpToDate(ItemRidge own)
    {
        if (!IsBehind(own))
        {
            return;
        }

        for (; own.Reopenings < Reopenings; own.Reopenings++)
        {
            Inflate(own, Options.AlarmInflation);
        }

        if (own.IsJudged)
        {
            own.Used = Choice.Used;
        }
        else if (!own.Ridge.Lambda.Equals(_lambdas[Choice.Used]))
        {
            own.Ridges[0] = own.Ridge.PulledBy(_lambdas[Choice.Used]);
        }

        own.ChangedIn = Mark;
    }

    /// <summary>
    /// Raises an item's variances and leaves its estimates where they are: those are g + λ₂P·Θz̄, and what λ₂P grows by comes off g.
    /// </summary>
    private void Inflate(ItemRidge own, double share)
    {
        FillPriorMean(own);
        foreach (var ridge in own.Ridges)
        {
            Shift(ridge, 1);
            ridge.Inflate((float)share);
            Shift(ridge, -1);
        }

        void Shift(RecursiveRidge<float> ridge, float sign)
        {
            PackedSymmetric<float>.Multiply(ridge.Covariance, _priorMean, _itemScratch);
            Simd.AddScaled<float>(_itemScratch, sign * ridge.Lambda, ridge.Weights);
        }
    }

    /// <summary>Has each of an item's ridges predict a reward. Returns whether another pull is used from now on.</summary>
    private bool Judge(ItemRidge own, ReadOnlySpan<float> userSeen, double reward)
    {
        FillPriorMean(own);
        var shared = _shared.Predict(_cross);
        for (var i = 0; i < own.Ridges.Length; i++)
        {
            FillOwnWeights(own.Ridges[i], _ownWeights);
            _predictions[i] = shared + Simd.Dot<float>(userSeen, _ownWeights);
        }

        return Choice.Judge(_predictions, reward);
    }

    /// <summary>What is known of one item.</summary>
    /// <param name="ridges">g and P: the ridge of the item's rewards over the users' features, or one per pull that is tried.</param>
    /// <param name="featureSum">The item's features, summed over observations by weight.</param>
    /// <param name="used">Which of the ridges is used.</param>
    internal sealed class ItemRidge(RecursiveRidge<float>[] ridges, double[] featureSum, int used)
    {
        public RecursiveRidge<float>[] Ridges { get; } = ridges;

        public int Used { get; set; } = used;

        public RecursiveRidge<float> Ridge => Ridges[Used];

        public bool IsJudged => Ridges.Length > 1;

        public double[] FeatureSum { get; } = featureSum;

        public double Weight { get; set; }

        public long ChangedIn { get; set; }

        /// <summary>How many of <see cref="HybridRidge.Reopenings"/> it has followed.</summary>
        public int Reopenings { get; set; }

        public double MeanFeature(int i) => Weight > 0 ? FeatureSum[i] / Weight : 0;

        public void Add(ReadOnlySpan<float> features, double weight)
        {
            Weight += weight;
            for (var i = 0; i < features.Length; i++)
            {
                FeatureSum[i] += weight * features[i];
            }
        }
    }
}
