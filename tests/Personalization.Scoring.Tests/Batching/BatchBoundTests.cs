using CsCheck;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Batching;

namespace Personalization.Scoring.Tests.Batching;

/// <summary>How many may wait, whose, and in which lane.</summary>
public sealed class BatchBoundTests
{
    private const long Never = BatchQueue<string>.NoDeadline;
    private readonly BatcherOptions _options = new() { MaxBatch = 4, PreferredBatch = 3, QueueBound = 32, OwnerShare = 0.25, KeptShare = 0.125 };

    [Fact]
    public void Enqueue_OwnerHasHisShareWaiting_RefusesHisAndNobodyElses()
    {
        var queue = new BatchQueue<string>(_options);
        var refusals = Enumerable.Range(0, 12).Select(i => queue.Enqueue($"{i}", 3, Never, owner: 1, now: 0)).ToArray();

        Assert.Equal(8, refusals.Count(static r => r == ScoringRefusal.None));
        Assert.All(refusals[8..], static r => Assert.Equal(ScoringRefusal.OwnerFull, r));
        Assert.Equal(ScoringRefusal.None, queue.Enqueue("other", 0, Never, owner: 2, now: 0));
    }

    [Fact]
    public void Enqueue_FloodsOfManyOwnersInALesserLane_LeaveRoomForBetterLanes()
    {
        var queue = new BatchQueue<string>(_options);
        for (ulong owner = 0; owner < 20; owner++)
        {
            Assert.Equal(ScoringRefusal.None, queue.Enqueue("review", 3, Never, owner, now: 0));
        }

        Assert.Equal(ScoringRefusal.LaneFull, queue.Enqueue("review", 3, Never, owner: 90, now: 0));
        for (ulong owner = 20; owner < 32; owner++)
        {
            Assert.Equal(ScoringRefusal.None, queue.Enqueue("checkout", 0, Never, owner, now: 0));
        }

        Assert.Equal(ScoringRefusal.QueueFull, queue.Enqueue("checkout", 0, Never, owner: 91, now: 0));
    }

    [Fact]
    public void Enqueue_AnyItems_KeepsEveryBound()
    {
        Gen.Select(Gen.Int[0, 3], Gen.ULong[0, 6], Gen.Bool).List[0, 120].Sample(items =>
        {
            var queue = new BatchQueue<string>(_options);
            var perOwner = new Dictionary<ulong, int>();
            foreach (var (lane, owner, take) in items)
            {
                var before = queue.Count;
                var refusal = queue.Enqueue("item", lane, Never, owner, now: 0);
                perOwner[owner] = perOwner.GetValueOrDefault(owner) + (refusal == ScoringRefusal.None ? 1 : 0);
                Assert.Equal(before < 32 - (4 * lane) && perOwner[owner] - (refusal == ScoringRefusal.None ? 1 : 0) < 8, refusal == ScoringRefusal.None);
                if (take)
                {
                    queue.Take(now: 0).ForEach(gone => perOwner[gone.Owner]--);
                }
            }
        });
    }

    [Fact]
    public void TakeExpired_DeepInALane_FreesTheirPlaces()
    {
        var queue = new BatchQueue<string>(_options);
        for (ulong owner = 0; owner < 32; owner++)
        {
            // Those that expire come first and, by their owner's other items, stand last.
            Assert.Equal(ScoringRefusal.None, queue.Enqueue($"{owner}", 0, owner % 2 == 0 ? Never : 5_000, owner, now: 0));
        }

        List<Waiting<string>> expired = [];
        queue.TakeExpired(now: 5_000, expired);

        Assert.Equal(Enumerable.Range(0, 16).Select(static i => $"{(2 * i) + 1}"), expired.Select(static w => w.Item).OrderBy(int.Parse));
        Assert.Equal(16, queue.Count);
        Assert.Equal(ScoringRefusal.None, queue.Enqueue("again", 0, Never, owner: 1, now: 5_000));
    }

    [Fact]
    public void Take_ExpiredBehindItemsThatAreDueSooner_CostNoPlaceAndAreAllFound()
    {
        var item = Gen.Select(Gen.Int[0, 3], Gen.Long[1, 20], Gen.ULong[0, 9], Gen.Bool, Gen.Int[0, 40]);
        item.List[1, 60].Sample(items =>
        {
            var queue = new BatchQueue<string>(new BatcherOptions { MaxBatch = 5, PreferredBatch = 2, QueueBound = 64, OwnerShare = 1, KeptShare = 0 });
            foreach (var (lane, deadline, owner, hasDeadline, size) in items)
            {
                queue.Enqueue("item", lane, hasDeadline ? deadline : Never, owner, now: 0, size);
            }

            List<Waiting<string>> batch = [], expired = [];
            queue.Take(now: 10, compute: 0, batch, expired);

            var dead = items.Count(static each => each.Item4 && each.Item2 <= 10);
            Assert.Equal(dead, expired.Count);
            Assert.Equal(Math.Min(5, items.Count - dead), batch.Count);
        });
    }

    [Theory]
    [InlineData(0, 0.1, 16, "OwnerShare is 0; it must be above 0 and up to 1.")]
    [InlineData(double.NaN, 0.1, 16, "OwnerShare is NaN")]
    [InlineData(0.5, 0.26, 16, "KeptShare is 0.26; it must be 0 to 1 / Lanes (1 / 4).")]
    [InlineData(0.5, -0.1, 16, "KeptShare is -0.1")]
    [InlineData(0.5, 0.1, 0, "FairShare is 0; it must be 1 to 1024.")]
    public void Problems_ShareOutOfRange_NamesItAndTheRange(double owner, double kept, int fair, string problem)
    {
        var options = new BatcherOptions { OwnerShare = owner, KeptShare = kept, FairShare = fair };

        Assert.StartsWith(problem, Assert.Single(options.Problems()), StringComparison.Ordinal);
    }
}
