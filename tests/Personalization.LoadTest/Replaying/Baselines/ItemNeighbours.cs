using System.Runtime.InteropServices;

namespace Personalization.LoadTest.Replaying.Baselines;

/// <summary>
/// Item-based nearest neighbours: items are as alike as the cosine of their sets of buyers, shrunk where few bought both, and a
/// user is recommended what is most like all that they bought.
/// </summary>
/// <remarks>
/// Deshpande and Karypis, Item-based top-N recommendation algorithms (ACM TOIS 2004): sim(i, j) = n_ij / √(n_i n_j), here times
/// n_ij / (n_ij + 1), and the 200 nearest neighbours of each item.
/// </remarks>
internal sealed class ItemNeighbours : IBaseline
{
    private const int Neighbours = 200;
    private const double Shrinkage = 1;
    private readonly (int Item, double Similarity)[][] _nearest;

    public ItemNeighbours(Purchases purchases)
    {
        _nearest = new (int, double)[purchases.ByItem.Length][];
        var together = new Dictionary<int, int>();
        for (var item = 0; item < _nearest.Length; item++)
        {
            together.Clear();
            foreach (var user in purchases.ByItem[item])
            {
                foreach (var other in purchases.ByUser[user])
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(together, other, out _)++;
                }
            }

            together.Remove(item);
            _nearest[item] =
            [
                .. together.Select(pair => (pair.Key, Similarity(pair.Value, purchases.ByItem[item].Count, purchases.ByItem[pair.Key].Count)))
                    .OrderByDescending(static n => n.Item2).ThenBy(static n => n.Key).Take(Neighbours),
            ];
        }
    }

    public string Name => "item_knn";

    public IReadOnlyList<int> Recommend(int user, IReadOnlyList<int> seen, int count)
    {
        var scores = new double[_nearest.Length];
        Array.Fill(scores, double.NegativeInfinity);
        foreach (var item in seen)
        {
            foreach (var (other, similarity) in _nearest[item])
            {
                scores[other] = double.IsNegativeInfinity(scores[other]) ? similarity : scores[other] + similarity;
            }
        }

        foreach (var item in seen)
        {
            scores[item] = double.NegativeInfinity;
        }

        return Best.Of(scores, count);
    }

    private static double Similarity(int both, int one, int other) => both / Math.Sqrt((double)one * other) * (both / (both + Shrinkage));
}
