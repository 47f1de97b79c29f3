namespace Personalization.Domain.Recommendations.Learning;

/// <summary>
/// The learner of single choices: μ_a = θᵀx_a + η_aᵀu, with θ a ridge shared by all items over the crosses x of user and item
/// features, and η_a a ridge of the item's own over the user features u, on what θ leaves unexplained.
/// </summary>
/// <remarks>
/// <para>
/// The hybrid model of LinUCB (Li, Chu, Langford, Schapire: "A contextual-bandit approach to personalized news article
/// recommendation", WWW 2010), fitted in two plain ridges. Since θᵀx = uᵀΘz, the item's features z being constant, the ridge
/// on the residuals against whatever θ is today is a ridge on the rewards with prior mean Θz: θᵀx + ηᵀu = gᵀu + λ₂(Pu)ᵀΘz
/// (<see cref="ItemRidge"/>). Nothing depends on what θ was when an observation came.
/// </para>
/// <para>
/// Every feature but the bias is scaled by s below 1 on both sides: a ridge then pulls main effects by 1/s² and crosses by
/// 1/s⁴ more than means, which is the usual order of their sizes.
/// </para>
/// <para>
/// An item that was looked at with probability b only is learned as r ≈ b·μ_a, by scaling u, and x with it, by b: a ridge in
/// which the observation weighs b² and its target is r/b (the position-based model; Lagrée, Vernade, Cappé: "Multiple-play
/// bandits in the position-based model", NIPS 2016). The closed form above holds as it stands.
/// </para>
/// <para>
/// The variance that <see cref="Score"/> gives is the item's own, uᵀP_a·u: the uncertainty of θ is left out, which is a heuristic:
/// θ learns from every item and is soon known.
/// </para>
/// <para>
/// λ₂ is chosen by progressive validation. When predictions become worse than they used to be, the variances are raised and
/// a model that has seen nothing is tried beside the present one (<see cref="ShiftAlarmOptions"/>). Not safe for concurrent use.
/// </para>
/// </remarks>
public sealed class HybridLearner
{
    /// <summary>The most user features.</summary>
    public const int MostUserFeatures = 256;

    private readonly ItemFeatures _items = new();
    private readonly Succession<HybridModel> _models;
    private readonly AlignedFloats _user;
    private readonly float[] _userValues;
    private readonly int[] _crossIndices;
    private readonly float[] _crossValues;

    /// <summary>A learner that has seen nothing.</summary>
    /// <param name="userFeatures">How many user features there are, 1 to 256; the first is the bias.</param>
    /// <param name="itemFeatures">How many item features there are; the first is the bias. At most 4096 crosses.</param>
    /// <param name="options">How it learns.</param>
    /// <exception cref="ArgumentException">A number or an option is out of its range; the message names it.</exception>
    public HybridLearner(int userFeatures, int itemFeatures, HybridLearnerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(userFeatures, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(userFeatures, MostUserFeatures);
        ArgumentOutOfRangeException.ThrowIfLessThan(itemFeatures, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(itemFeatures, BlockedRidge.MostFeatures / userFeatures);
        options.Validate();
        UserFeatures = userFeatures;
        ItemFeatures = itemFeatures;
        Options = options;
        _models = new Succession<HybridModel>(
            () => new HybridModel(userFeatures, itemFeatures, options),
            model => model.Inflate(options.AlarmInflation, _items),
            options.Alarm);
        _user = new AlignedFloats(AlignedFloats.Padded(userFeatures, ItemRidge.Width));
        _userValues = new float[userFeatures];
        _crossIndices = new int[userFeatures * itemFeatures];
        _crossValues = new float[userFeatures * itemFeatures];
    }

    /// <summary>How many user features there are.</summary>
    public int UserFeatures { get; }

    /// <summary>How many item features there are.</summary>
    public int ItemFeatures { get; }

    /// <summary>How it learns.</summary>
    public HybridLearnerOptions Options { get; }

    /// <summary>How many items there are.</summary>
    public int ItemCount => _items.Count;

    /// <summary>The λ₂ that is used now.</summary>
    public double ItemLambda => _models.Used.ItemLambda;

    /// <summary>How often the alarm has rung.</summary>
    public int Alarms => _models.Alarms;

    /// <summary>Whether a new model is on trial.</summary>
    public bool OnTrial => _models.Challenger is not null;

    /// <summary>The model that is used.</summary>
    internal HybridModel Model => _models.Used;

    /// <summary>Adds an item. Returns its number: 0, 1, 2…</summary>
    /// <param name="features">z, constant from now on; copied.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is too large.</exception>
    public int Add(SparseFeatures features)
    {
        features.Check(ItemFeatures);
        var values = new float[features.Count];
        Scale(features, values);
        _items.Add(features.Indices.ToArray(), values);
        return _items.Count - 1;
    }

    /// <summary>The estimated reward of some items for a user, and the variance of each one's own part.</summary>
    /// <param name="user">u.</param>
    /// <param name="items">Numbers of items.</param>
    /// <param name="means">Receives μ_a; as many.</param>
    /// <param name="variances">Receives uᵀP_a·u, at most |su|²/λ₂; as many.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such item, or a feature's index is too large.</exception>
    public void Score(SparseFeatures user, ReadOnlySpan<int> items, Span<float> means, Span<float> variances)
    {
        var u = Look(user);
        var model = _models.Used;
        for (var i = 0; i < items.Length; i++)
        {
            (means[i], variances[i]) = model.Estimate(items[i], _items[items[i]], u, _user);
        }
    }

    /// <summary>Learns one observation.</summary>
    /// <param name="item">The item's number.</param>
    /// <param name="user">u, as the decision saw it.</param>
    /// <param name="reward">r, finite.</param>
    /// <param name="examination">
    /// b, (0, 1]: how likely the item was looked at where it was shown. The reward is modelled as b·μ_a.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// There is no such item, a feature's index is too large, or the examination is out of its range.
    /// </exception>
    public Lesson Learn(int item, SparseFeatures user, double reward, double examination = 1)
    {
        var z = _items[item];
        var u = Look(user, examination);
        var cross = Cross(u, z);
        var used = _models.Used;
        var incumbent = _models.Incumbent.Learn(item, z, u, _user, cross, reward);
        var challenger = _models.Challenger?.Learn(item, z, u, _user, cross, reward) ?? 0;
        var error = ReferenceEquals(used, _models.Incumbent) ? incumbent : challenger;
        var rang = _models.Observe(incumbent, challenger);
        return new Lesson(_models.Lessons, error, rang);
    }

    /// <summary>Changes the reward of something learned before.</summary>
    /// <remarks>
    /// θ += P·x·Δr and g += P_a·u·Δr with P as they are now. Without inflation in between, estimates are then exactly those of
    /// having known the whole reward at once; after one they move by what an observation of today would move them by. The
    /// choice of λ₂ and the alarm keep the errors they saw. A model that started after the lesson has nothing to amend.
    /// </remarks>
    /// <param name="lesson">The number of the lesson.</param>
    /// <param name="item">The item's number.</param>
    /// <param name="user">u, as the decision saw it.</param>
    /// <param name="delta">Δr, finite.</param>
    /// <param name="examination">b, as it was learned with.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// There is no such item, a feature's index is too large, or the examination is out of its range.
    /// </exception>
    public void Amend(long lesson, int item, SparseFeatures user, double delta, double examination = 1)
    {
        var u = Look(user, examination);
        var cross = Cross(u, _items[item]);
        if (lesson >= _models.IncumbentSince)
        {
            _models.Incumbent.Amend(item, u, cross, delta);
        }

        if (lesson >= _models.ChallengerSince)
        {
            _models.Challenger?.Amend(item, u, cross, delta);
        }
    }

    /// <summary>u, scaled; valid until the next look.</summary>
    private SparseFeatures Look(SparseFeatures user, double examination = 1)
    {
        // Written so that not-a-number is refused as well.
        if (examination is not (> 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(examination), examination, "examination: allowed: above 0, up to 1.");
        }

        user.Check(UserFeatures);
        var values = _userValues.AsSpan(0, user.Count);
        Scale(user, values);
        foreach (ref var value in values)
        {
            value *= (float)examination;
        }

        var scaled = new SparseFeatures(user.Indices, values);
        scaled.CopyTo(_user.Span);
        return scaled;
    }

    private void Scale(SparseFeatures features, Span<float> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = features.Values[i] * (features.Indices[i] == 0 ? 1 : (float)Options.FeatureScale);
        }
    }

    private SparseFeatures Cross(SparseFeatures user, SparseFeatures item)
    {
        var at = 0;
        for (var j = 0; j < item.Count; j++)
        {
            var first = item.Indices[j] * UserFeatures;
            for (var i = 0; i < user.Count; i++)
            {
                _crossIndices[at] = first + user.Indices[i];
                _crossValues[at++] = item.Values[j] * user.Values[i];
            }
        }

        return new SparseFeatures(_crossIndices.AsSpan(0, at), _crossValues.AsSpan(0, at));
    }
}
