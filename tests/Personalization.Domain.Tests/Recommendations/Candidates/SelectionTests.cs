using CsCheck;
using Personalization.Domain.Recommendations.Candidates;

namespace Personalization.Domain.Tests.Recommendations.Candidates;

public sealed class SelectionTests
{
    [Fact]
    public void NthLargest_AnyValues_IsThatOfASort() =>
        Gen.OneOf(Gen.Float[-1, 1], Gen.Const(0f)).Array[1, 300].SelectMany(static v => Gen.Int[0, v.Length - 1].Select(n => (v, n))).Sample(c =>
        {
            var expected = c.v.OrderDescending().ElementAt(c.n);
            Assert.Equal(expected, Selection.NthLargest(c.v, c.n));
        });

    [Fact]
    public void ItemMap_AgainstADictionary_KeepsTheSame() =>
        Gen.Select(Gen.Int[0, 4000], Gen.Int[1, 9]).Array[0, 1500].Array[1, 3].Sample(
            rounds =>
            {
                var map = new ItemMap<int>();
                foreach (var round in rounds)
                {
                    map.Clear();
                    var model = new Dictionary<int, int>();
                    foreach (var (item, amount) in round)
                    {
                        map.Slot(item, out var added) += amount;
                        Assert.Equal(!model.ContainsKey(item), added);
                        model[item] = model.GetValueOrDefault(item) + amount;
                    }

                    Assert.Equal(model.Count, map.Count);
                    Assert.All(model, pair => Assert.Equal(pair.Value, map[pair.Key]));
                    Assert.False(map.Contains(4001));
                    Assert.Equal(model.Keys.Order(), Enumerable.Range(0, map.Count).Select(i => map.At(i, out _)).Order());
                }
            },
            iter: 50);
}
