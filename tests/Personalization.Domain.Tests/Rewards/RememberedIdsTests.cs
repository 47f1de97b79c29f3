using CsCheck;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Rewards;

namespace Personalization.Domain.Tests.Rewards;

public sealed class RememberedIdsTests
{
    [Fact]
    public void Add_AnyIds_RemembersTheLastOnesInOrder() => Gen.Select(Gen.Int[1, 9], Gen.Int[0, 30].Array[0, 60]).Sample((capacity, ids) =>
    {
        var (remembered, expected) = (new RememberedIds(capacity), new Queue<ulong>());
        foreach (var id in ids.Select(static n => $"id-{n}"))
        {
            remembered.Add(id);
            expected.Enqueue(StableHash.Of(id));
            if (expected.Count > capacity)
            {
                expected.Dequeue();
            }

            Assert.True(remembered.Contains(id));
        }

        var list = remembered;
        Assert.Equal(expected, Enumerable.Range(0, remembered.Count).Select(i => list[i]));
        Assert.All(Enumerable.Range(0, 31), n => Assert.Equal(expected.Contains(StableHash.Of($"id-{n}")), list.Contains($"id-{n}")));
    });

    [Fact]
    public void Constructor_CapacityThatDoesNotFit_Throws() => Assert.Throws<OverflowException>(static () => new RememberedIds(256));
}
