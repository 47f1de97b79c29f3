using System.Numerics;
using System.Runtime.InteropServices;
using Personalization.LoadTest.Measuring;

namespace Personalization.LoadTest.Replaying.Baselines;

/// <summary>Matrix factorisation for implicit feedback: a vector per user and per item, trained to rank what was bought above what was not.</summary>
/// <remarks>
/// BPR-MF (Rendle, Freudenthaler, Gantner and Schmidt-Thieme, BPR: Bayesian personalized ranking from implicit feedback, UAI 2009):
/// stochastic gradient ascent on ln σ(x_ui − x_uj) with an item bias and a penalty on lengths. 64 factors, 40 passes, rate 0.05,
/// penalty 0.01.
/// </remarks>
internal sealed class FactorModel : IBaseline
{
    private const int Factors = 64;
    private const int Passes = 40;
    private const float Rate = 0.05f;
    private const float Penalty = 0.01f;
    private readonly Purchases _purchases;
    private readonly float[] _users;
    private readonly float[] _items;
    private readonly float[] _biases;

    public FactorModel(Purchases purchases, Rng rng)
    {
        _purchases = purchases;
        _users = Small(rng, purchases.ByUser.Length * Factors);
        _items = Small(rng, purchases.ByItem.Length * Factors);
        _biases = new float[purchases.ByItem.Length];
        var pairs = purchases.ByUser.SelectMany(static (items, user) => items.Select(item => (user, item))).ToArray();
        for (var pass = 0; pass < Passes; pass++)
        {
            rng.Shuffle<(int, int)>(pairs);
            foreach (var (user, item) in pairs)
            {
                if (OtherThan(user, rng) is { } other)
                {
                    Learn(user, item, other);
                }
            }
        }
    }

    public string Name => "matrix_factorisation";

    public IReadOnlyList<int> Recommend(int user, IReadOnlyList<int> seen, int count)
    {
        var scores = new double[_biases.Length];
        for (var item = 0; item < scores.Length; item++)
        {
            scores[item] = Score(user, item);
        }

        foreach (var item in seen)
        {
            scores[item] = double.NegativeInfinity;
        }

        return Best.Of(scores, count);
    }

    private static float[] Small(Rng rng, int length) => [.. Enumerable.Range(0, length).Select(_ => (float)rng.Normal(0, 0.1))];

    /// <summary>An item that the user has not bought; null when a hundred draws have found none: who has next to all teaches nothing.</summary>
    private int? OtherThan(int user, Rng rng)
    {
        for (var draw = 0; draw < 100; draw++)
        {
            var item = rng.Next(_biases.Length);
            if (Array.IndexOf(_purchases.ByUser[user], item) < 0)
            {
                return item;
            }
        }

        return null;
    }

    private void Learn(int user, int bought, int other)
    {
        var u = UserOf(user);
        var i = ItemOf(bought);
        var j = ItemOf(other);
        var step = Rate / (1 + MathF.Exp(Score(user, bought) - Score(user, other)));
        for (var f = 0; f < Factors; f++)
        {
            var (uf, apart) = (u[f], i[f] - j[f]);
            u[f] += (step * apart) - (Rate * Penalty * uf);
            i[f] += (step * uf) - (Rate * Penalty * i[f]);
            j[f] += (-step * uf) - (Rate * Penalty * j[f]);
        }

        _biases[bought] += step - (Rate * Penalty * _biases[bought]);
        _biases[other] += -step - (Rate * Penalty * _biases[other]);
    }

    private float Score(int user, int item)
    {
        var sum = Vector<float>.Zero;
        var u = MemoryMarshal.Cast<float, Vector<float>>(UserOf(user));
        var i = MemoryMarshal.Cast<float, Vector<float>>(ItemOf(item));
        for (var f = 0; f < u.Length; f++)
        {
            sum += u[f] * i[f];
        }

        return Vector.Sum(sum) + _biases[item];
    }

    private Span<float> UserOf(int user) => _users.AsSpan(user * Factors, Factors);

    private Span<float> ItemOf(int item) => _items.AsSpan(item * Factors, Factors);
}
