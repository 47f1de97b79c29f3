using Personalization.Domain.Recommendations.Learning;

namespace Personalization.Domain.Recommendations.Policies;

/// <summary>
/// The learner: μ = b·(θᵀx + ηᵀu), with θ a ridge shared by all items over the crosses x of user and item features, and η a
/// ridge of the item's own over the user features u, on what θ leaves unexplained. θ speaks for items nobody has seen yet;
/// η corrects it for those that have been.
/// </summary>
/// <remarks>
/// <para>
/// The hybrid model of LinUCB (Li, Chu, Langford, Schapire: "A contextual-bandit approach to personalized news article
/// recommendation", WWW 2010), fitted in two plain ridges. Each item keeps the ridge g = P·Σ u·r of its rewards and the
/// mean z̄ of its features; since θᵀx = uᵀΘz, the ridge on the residuals against whatever θ is today follows in closed
/// form: η = g − (I − λ₂P)·Θz̄. Nothing depends on what θ was when an observation came, so everything that is kept is a
/// sum: observations and amendments may come in any order and in pieces.
/// </para>
/// <para>
/// The shared ridge is in float64: it takes every observation there is, and float32 would lose the small variances to
/// rounding after some millions. An item's ridge takes its own observations only and is in float32, which halves the
/// memory that grows with the catalogue. An item that was never observed has none.
/// </para>
/// <para>
/// λ₂ is chosen while learning: see <see cref="ItemLambda"/>. Not safe for concurrent use.
/// </para>
/// </remarks>
public sealed partial class HybridRidge
{
    private readonly Dictionary<string, ItemRidge> _items = new(StringComparer.Ordinal);
    private readonly RecursiveRidge<double> _shared;
    private readonly double[] _cross;
    private readonly double[] _sharedScratch;
    private readonly float[] _user;
    private readonly float[] _itemScratch;
    private readonly float[] _noWeights;
    private readonly float[] _ownWeights;
    private readonly float[] _priorMean;
    private readonly float[] _lambdas;
    private readonly double[] _predictions;

    /// <summary>A learner that has seen nothing.</summary>
    /// <exception cref="ArgumentException">The shape or an option is out of its range; the message names it.</exception>
    public HybridRidge(PolicyShape shape, HybridRidgeOptions options)
        : this(shape, options, null)
    {
    }

    internal HybridRidge(PolicyShape shape, HybridRidgeOptions options, RecursiveRidge<double>? shared)
    {
        ArgumentNullException.ThrowIfNull(options);
        shape.Validate();
        options.Validate(shape);
        Shape = shape;
        Options = options;
        _cross = new double[shape.Crosses];
        _sharedScratch = new double[shape.Crosses];
        _user = new float[shape.User];
        _itemScratch = new float[shape.User];
        _noWeights = new float[shape.User];
        _ownWeights = new float[shape.User];
        _priorMean = new float[shape.User];
        _lambdas = options.ItemLambdas();
        _predictions = new double[_lambdas.Length];
        Choice = new LeadingModel(_lambdas.Length, options.ItemLambdaFactors.IndexOf(1), options.ChoiceMemory);
        _shared = shared ?? new RecursiveRidge<double>(StartingWeights(shape, options), options.SharedLambda);
    }

    /// <summary>The shape of the features.</summary>
    public PolicyShape Shape { get; }

    /// <summary>How it learns.</summary>
    public HybridRidgeOptions Options { get; }

    /// <summary>How many items have weights of their own.</summary>
    public int ItemCount => _items.Count;

    /// <summary>
    /// λ₂ as it is used now. One in eight items, by their names, has a ridge for every pull that is tried; each predicts their
    /// rewards before it learns them, and the one whose errors are smaller beyond chance is used for all (<see cref="LeadingModel"/>).
    /// The ridges of the others follow exactly, for P⁻¹ changes by (λ′ − λ)I: each when it is next learned from, and some with every
    /// lesson.
    /// </summary>
    public double ItemLambda => _lambdas[Choice.Used];

    /// <summary>How often another λ₂ has been taken.</summary>
    public int LambdaChanges => Choice.Changes;

    internal RecursiveRidge<double> Shared => _shared;

    internal LeadingModel Choice { get; set; }

    internal Dictionary<string, ItemRidge> Items => _items;

    /// <summary>The estimated reward at the first position.</summary>
    /// <param name="itemId">The item; one never seen has only the shared part.</param>
    /// <param name="user">User features.</param>
    /// <param name="item">Item features.</param>
    public double Predict(string itemId, ReadOnlySpan<float> user, ReadOnlySpan<float> item)
    {
        FillCross(user, item, 1);
        var shared = _shared.Predict(_cross);
        if (!_items.TryGetValue(itemId, out var own))
        {
            return shared;
        }

        FillOwnWeights(own, _ownWeights);
        return shared + Simd.Dot(user, _ownWeights);
    }

    /// <summary>The variance of the item's own part: uᵀP_a·u, at most |u|²/λ₂.</summary>
    public double Variance(string itemId, ReadOnlySpan<float> user) =>
        _items.TryGetValue(itemId, out var own)
            ? PackedSymmetric<float>.Quadratic(own.Ridge.Covariance, user)
            : Simd.Dot(user, user) / ItemLambda;

    /// <summary>Learns one observation at a position, taken to be looked at as <see cref="HybridRidgeOptions.Examination"/> says.</summary>
    /// <param name="itemId">The item.</param>
    /// <param name="user">User features.</param>
    /// <param name="item">Item features.</param>
    /// <param name="position">The slot, from 1.</param>
    /// <param name="reward">The reward; finite.</param>
    public void Learn(string itemId, ReadOnlySpan<float> user, ReadOnlySpan<float> item, int position, double reward) =>
        LearnSeen(itemId, user, item, Options.Examination.At(position), reward);

    /// <summary>Learns one observation.</summary>
    /// <param name="itemId">The item.</param>
    /// <param name="user">User features.</param>
    /// <param name="item">Item features.</param>
    /// <param name="examination">b, (0, 1]: how likely the item was looked at where it was shown.</param>
    /// <param name="reward">The reward; finite.</param>
    public void LearnSeen(string itemId, ReadOnlySpan<float> user, ReadOnlySpan<float> item, float examination, double reward)
    {
        FillCross(user, item, examination);
        var userSeen = Scale(user, examination);
        var own = Own(itemId);
        BringUpToDate(own);
        if (Options.Drift > 0)
        {
            _shared.Inflate(Options.Drift);
            Inflate(own, Options.Drift);
        }

        var better = own.IsJudged && Judge(own, userSeen, reward);
        _shared.Learn(_cross, reward, _sharedScratch);
        foreach (var ridge in own.Ridges)
        {
            ridge.Learn(userSeen, (float)reward, _itemScratch);
        }

        own.Add(item, examination * examination);
        if (better)
        {
            AllAreBehind();
        }

        BringSomeUpToDate();
    }

    /// <summary>Changes the reward of something learned before at a position, as <see cref="Learn"/> took it to be looked at.</summary>
    /// <param name="itemId">The item.</param>
    /// <param name="user">User features, as they were.</param>
    /// <param name="item">Item features, as they were.</param>
    /// <param name="position">The slot.</param>
    /// <param name="delta">By how much the reward changed; finite.</param>
    public void Amend(string itemId, ReadOnlySpan<float> user, ReadOnlySpan<float> item, int position, double delta) =>
        AmendSeen(itemId, user, item, Options.Examination.At(position), delta);

    /// <summary>Changes the reward of something learned before.</summary>
    /// <param name="itemId">The item.</param>
    /// <param name="user">User features, as they were.</param>
    /// <param name="item">Item features, as they were.</param>
    /// <param name="examination">b, as it was learned with.</param>
    /// <param name="delta">By how much the reward changed; finite.</param>
    public void AmendSeen(string itemId, ReadOnlySpan<float> user, ReadOnlySpan<float> item, float examination, double delta)
    {
        FillCross(user, item, examination);
        var userSeen = Scale(user, examination);
        var own = Own(itemId);
        BringUpToDate(own);
        _shared.Amend(_cross, delta, _sharedScratch);
        foreach (var ridge in own.Ridges)
        {
            ridge.Amend(userSeen, (float)delta, _itemScratch);
        }

        BringSomeUpToDate();
    }

    /// <summary>A ridge that has seen nothing, with this one's θ as the mean of its prior.</summary>
    internal HybridRidge AsPrior() => new(Shape, Options, new RecursiveRidge<double>(_shared.Weights, Options.SharedLambda));

    /// <summary>Forgets an item's own weights: it left the catalogue.</summary>
    public bool Forget(string itemId) => _items.Remove(itemId);

    /// <summary>The shared weights with the scale of the crosses folded in, so that a prediction is uᵀΘz; user-major.</summary>
    internal float[] FoldedWeights()
    {
        var folded = new float[Shape.Crosses];
        for (var i = 0; i < folded.Length; i++)
        {
            folded[i] = (float)(_shared.Weights[i] * (i == 0 ? 1 : Options.CrossScale));
        }

        return folded;
    }

    /// <summary>
    /// η of an item against today's θ: g − (I − λ₂P)·Θz̄, which is the ridge on the residuals r − θᵀx of all its observations,
    /// with the item's features at their mean.
    /// </summary>
    internal void FillOwnWeights(ItemRidge own, Span<float> weights)
    {
        FillPriorMean(own);
        FillOwnWeights(own.Ridge, weights);
    }

    /// <summary>The same for one of the item's ridges, with Θz̄ filled in already.</summary>
    private void FillOwnWeights(RecursiveRidge<float> ridge, Span<float> weights)
    {
        PackedSymmetric<float>.Multiply(ridge.Covariance, _priorMean, weights);
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = ridge.Weights[i] - _priorMean[i] + (ridge.Lambda * weights[i]);
        }
    }

    /// <summary>Θz̄: what the shared ridge says of an item's weights over user features.</summary>
    private void FillPriorMean(ItemRidge own)
    {
        for (int i = 0, at = 0; i < Shape.User; i++, at += Shape.Item)
        {
            var sum = 0.0;
            for (var j = 0; j < Shape.Item; j++)
            {
                sum += _shared.Weights[at + j] * own.MeanFeature(j) * (at + j == 0 ? 1 : Options.CrossScale);
            }

            _priorMean[i] = (float)sum;
        }
    }

    internal ItemRidge Own(string itemId)
    {
        if (!_items.TryGetValue(itemId, out var own))
        {
            own = NewItem(itemId);
            _items.Add(itemId, own);
        }

        return own;
    }

    private void FillCross(ReadOnlySpan<float> user, ReadOnlySpan<float> item, float weight)
    {
        if (user.Length != Shape.User || item.Length != Shape.Item)
        {
            throw new ArgumentException($"user × item: is {user.Length} × {item.Length}; allowed: {Shape.User} × {Shape.Item}.");
        }

        var scale = weight * Options.CrossScale;
        for (int i = 0, at = 0; i < user.Length; i++)
        {
            var ui = user[i] * scale;
            for (var j = 0; j < item.Length; j++)
            {
                _cross[at++] = ui * item[j];
            }
        }

        _cross[0] = (double)weight * user[0] * item[0];
    }

    private ReadOnlySpan<float> Scale(ReadOnlySpan<float> user, float weight)
    {
        for (var i = 0; i < user.Length; i++)
        {
            _user[i] = user[i] * weight;
        }

        return _user;
    }

    private static double[] StartingWeights(PolicyShape shape, HybridRidgeOptions options)
    {
        var weights = new double[shape.Crosses];
        for (var i = 0; i < options.Prior.Length; i++)
        {
            // The prior is said in terms of unscaled crosses; a weight works on scaled ones.
            weights[i] = options.Prior[i] / (i == 0 ? 1 : options.CrossScale);
        }

        return weights;
    }
}
