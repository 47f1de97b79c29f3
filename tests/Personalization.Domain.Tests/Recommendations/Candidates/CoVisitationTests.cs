using System.Buffers;
using CsCheck;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Tests.Recommendations.Catalog;

namespace Personalization.Domain.Tests.Recommendations.Candidates;

public sealed class CoVisitationTests
{
    private static readonly CoVisitationOptions s_options = new();

    private static readonly Gen<Visit[]> s_log =
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 9].Array[0, 6], Gen.Int[0, 5000]).Array[1, 40].Select(static all => all
            .Select(static (v, i) => new Visit
            {
                Offset = i + 1,
                Ticks = SampleProducts.Now.UtcTicks + TimeSpan.FromMinutes(v.Item3).Ticks,
                ItemId = $"p{v.Item1}",
                Before = [.. v.Item2.Where(b => b != v.Item1).Distinct().Select(static b => $"p{b}")],
                Segment = (ShopperSegment)(v.Item1 % 5),
            }).ToArray());

    [Fact]
    public void Apply_BatchesRepeatedAndOverlapping_CountsEachVisitOnce() =>
        Gen.Select(s_log, Gen.Int[1, 6], Gen.Int[0, 5]).Sample((log, size, back) =>
        {
            var (once, often) = (Counted(log), new CoVisitation(s_options));
            for (long at = 0; at < log.Length;)
            {
                var after = Math.Max(0, at - back);
                at = Math.Min(log.Length, at + size);
                often.Apply(0, after, at, log[(int)after..(int)at]);
                Assert.Equal(BatchOutcome.AlreadyApplied, often.Apply(0, after, at, log[(int)after..(int)at]));
            }

            AssertSameRows(once.ChangesSince(0), often.ChangesSince(0), 0);
        });

    [Fact]
    public void Apply_InTwoPartitionsInAnyOrder_EndsAlike() => s_log.Sample(log =>
    {
        var (even, odd) = (log.Where(static v => v.Offset % 2 == 0).ToArray(), log.Where(static v => v.Offset % 2 == 1).ToArray());
        var (a, b) = (new CoVisitation(s_options), new CoVisitation(s_options));
        a.Apply(0, 0, 100, even);
        a.Apply(1, 0, 100, odd);
        b.Apply(1, 0, 100, odd);
        b.Apply(0, 0, 100, even);
        AssertSameRows(a.ChangesSince(0), b.ChangesSince(0), 1e-4f);
    });

    [Fact]
    public void Codec_AnyState_ComesBackAndCountsOn() => s_log.Sample(log =>
    {
        var codec = new CoVisitationCodec(s_options);
        var state = Counted(log);
        var bytes = Encoded(codec, state);
        var back = codec.Read(bytes);
        Assert.Equal(bytes, Encoded(codec, back));
        var next = log[0] with { Offset = log.Length + 1 };
        state.Apply(0, log.Length, log.Length + 1, [next]);
        back.Apply(0, log.Length, log.Length + 1, [next]);
        Assert.Equal(Encoded(codec, state), Encoded(codec, back));
    });

    [Fact]
    public void ChangesSince_StepByStep_GivesReadersWhatAWholeCopyGives() => s_log.Sample(log =>
    {
        var catalog = CatalogSnapshot.Empty.With(new CatalogChanges { Upserted = [.. Enumerable.Range(0, 5).Select(static n => SampleProducts.OfNumber(n))] }, 1);
        var grown = catalog.With(new CatalogChanges { Upserted = [.. Enumerable.Range(5, 5).Select(static n => SampleProducts.OfNumber(n))] }, 2).Directory;
        var state = new CoVisitation(s_options);
        var reader = CoVisitationSnapshot.Empty;
        foreach (var visit in log)
        {
            state.Apply(0, visit.Offset - 1, visit.Offset, [visit]);
            var output = new ArrayBufferWriter<byte>();
            new CoVisitationChangesCodec().Write(state.ChangesSince(reader.Version), output);
            reader = reader.With(new CoVisitationChangesCodec().Read(output.WrittenSpan), visit.Offset < log.Length / 2 ? catalog.Directory : grown);
        }

        reader = reader.Bind(grown);
        Assert.Equal(state.Version, reader.Version);
        foreach (var row in state.ChangesSince(0).Rows)
        {
            Assert.True(grown.TryFind(row.ItemId, out var number));
            Assert.NotNull(reader.Of(number));
        }
    });

    [Fact]
    public void ReadingChanges_OfProductsKnownOrNot_GivesTheSameAndTheKnownStrings() => s_log.Sample(log =>
    {
        var directory = CatalogSnapshot.Empty.With(
            new CatalogChanges { Upserted = [.. Enumerable.Range(0, 5).Select(static n => SampleProducts.OfNumber(n))] }, 1).Directory;
        var (codec, output) = (new CoVisitationChangesCodec(), new ArrayBufferWriter<byte>());
        codec.Write(Counted(log).ChangesSince(0), output);
        var (plain, known) = (codec.Read(output.WrittenSpan), codec.Read(output.WrittenSpan, directory));
        Assert.Equal((plain.From, plain.To), (known.From, known.To));
        Assert.Equal(plain.Rows.Select(static r => r.ItemId), known.Rows.Select(static r => r.ItemId));
        foreach (var (row, same) in plain.Rows.Zip(known.Rows))
        {
            Assert.Equal(row.Neighbours.AsEnumerable(), same.Neighbours);
            Assert.Equal(row.Scores.AsEnumerable(), same.Scores);
        }

        foreach (var id in known.Rows.SelectMany(static r => r.Neighbours.Prepend(r.ItemId)))
        {
            Assert.True(!directory.TryFind(id, out var number) || ReferenceEquals(directory[number], id));
        }
    });

    [Fact]
    public void With_NeighboursOutsideTheCatalogue_LeavesThemOutWithTheirScores()
    {
        var directory = CatalogSnapshot.Empty.With(
            new CatalogChanges { Upserted = [SampleProducts.OfNumber(1), SampleProducts.OfNumber(2), SampleProducts.OfNumber(3)] }, 1).Directory;
        Assert.Equal([("p2", 0.5f), ("p3", 0.25f)], Bound(new("p1", ["p2", "p3"], [0.5f, 0.25f])));
        Assert.Equal([("p3", 0.25f)], Bound(new("p1", ["gone", "p3", "p9"], [0.5f, 0.25f, 0.125f])));
        Assert.Empty(Bound(new("p1", ["gone"], [0.5f])));

        (string, float)[] Bound(NeighbourRow row)
        {
            Assert.True(directory.TryFind("p1", out var item));
            row = row with { Next = ["p9", "p2"], NextChances = [0.75f, 0.125f] };
            var bound = CoVisitationSnapshot.Empty.With(new CoVisitationChanges(0, 1, [row]), directory).Of(item)!.Value;
            Assert.Equal("p2", directory[Assert.Single(bound.Next.ToArray())]);
            Assert.Equal([0.125f], bound.Chances);
            return [.. bound.Items.ToArray().Zip(bound.Scores.ToArray(), (number, score) => (directory[number], score))];
        }
    }

    [Fact]
    public void Rows_AfterASequence_PreferWhatFollowsSoonest()
    {
        var state = new CoVisitation(s_options);
        for (var i = 1; i <= 5; i++)
        {
            state.Apply(0, (2 * i) - 2, (2 * i) - 1, [Visited((2 * i) - 1, "next", "seed", "before")]);
            state.Apply(0, (2 * i) - 1, 2 * i, [Visited(2 * i, "later", "next", "seed")]);
        }

        var row = state.ChangesSince(0).Rows.Single(static r => r.ItemId == "seed");
        Assert.Equal(["next", "later"], row.Neighbours.AsEnumerable());
        Assert.True(row.Scores[0] > row.Scores[1]);
    }

    [Fact]
    public void Apply_OldAndNewPairs_NewOnesCountMore()
    {
        var state = new CoVisitation(s_options);
        var old = Visited(1, "old", "seed");
        state.Apply(0, 0, 1, [old]);
        state.Apply(0, 1, 2, [Visited(2, "new", "seed") with { Ticks = old.Ticks + TimeSpan.FromDays(60).Ticks }]);
        var row = state.ChangesSince(0).Rows.Single(static r => r.ItemId == "seed");
        Assert.Equal(["new", "old"], row.Neighbours.AsEnumerable());
        Assert.InRange(row.Scores[1] / row.Scores[0], 0.24f, 0.26f);
    }

    [Fact]
    public void Apply_MoreNeighboursThanFit_KeepsTheHeavyOnes()
    {
        var options = new CoVisitationOptions { KeptPerItem = 16, PublishedPerItem = 16 };
        var state = new CoVisitation(options);
        for (var i = 1; i <= 600; i++)
        {
            state.Apply(0, i - 1, i, [Visited(i, i % 3 == 0 ? $"heavy{i % 2}" : $"light{i}", "seed")]);
        }

        var row = state.ChangesSince(0).Rows.Single(static r => r.ItemId == "seed");
        Assert.Equal(["heavy0", "heavy1"], row.Neighbours.Take(2).Order());
        Assert.True(row.Neighbours.Length <= 16);
    }

    [Fact]
    public void With_ChangesThatLeaveAGap_Refuses() =>
        Assert.Throws<InvalidOperationException>(() => CoVisitationSnapshot.Empty.With(new CoVisitationChanges(3, 4, []), ItemDirectory.Empty));

    internal static Visit Visited(long offset, string item, params string[] before) => new()
    {
        Offset = offset, Ticks = SampleProducts.Now.UtcTicks, ItemId = item, Before = [.. before],
    };

    private static CoVisitation Counted(Visit[] log)
    {
        var state = new CoVisitation(s_options);
        foreach (var visit in log)
        {
            state.Apply(0, visit.Offset - 1, visit.Offset, [visit]);
        }

        return state;
    }

    private static void AssertSameRows(CoVisitationChanges expected, CoVisitationChanges actual, float tolerance)
    {
        var rows = actual.Rows.ToDictionary(static r => r.ItemId);
        Assert.Equal(expected.Rows.Length, rows.Count);
        foreach (var row in expected.Rows)
        {
            var scores = rows[row.ItemId].Neighbours.Zip(rows[row.ItemId].Scores).ToDictionary();
            Assert.Equal(row.Neighbours.Length, scores.Count);
            for (var i = 0; i < row.Neighbours.Length; i++)
            {
                Assert.InRange(scores[row.Neighbours[i]] / row.Scores[i], 1 - tolerance, 1 + tolerance);
            }
        }
    }

    private static byte[] Encoded(CoVisitationCodec codec, CoVisitation state)
    {
        var output = new ArrayBufferWriter<byte>();
        codec.Write(state, output);
        return output.WrittenSpan.ToArray();
    }
}
