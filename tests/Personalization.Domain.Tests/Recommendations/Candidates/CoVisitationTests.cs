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

            AssertSameRows(once, often, 0);
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
        AssertSameRows(a, b, 1e-4f);
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
    public void Changes_StepByStep_GiveReadersWhatAWholeCopyGives() => s_log.Sample(log =>
    {
        var some = CoVisitationRow.DirectoryOf(Enumerable.Range(0, 5).Select(static n => $"p{n}"));
        var all = CoVisitationRow.DirectoryOf(Enumerable.Range(0, 10).Select(static n => $"p{n}"));
        var state = new CoVisitation(s_options);
        var reader = CoVisitationSnapshot.Empty;
        foreach (var visit in log)
        {
            state.Apply(0, visit.Offset - 1, visit.Offset, [visit]);
            reader = reader.Follow(state, visit.Offset < log.Length / 2 ? some : all);
        }

        reader = reader.Bind(all);
        Assert.Equal(state.Version, reader.Version);
        var whole = CoVisitationRow.Of(state).Select(static r => r.ItemId).Order();
        Assert.Equal(whole, CoVisitationRow.Of(reader, all).Select(static r => r.ItemId).Order());

        // What changed last is as if it had been read whole.
        var last = log[^1].ItemId;
        var (expected, actual) = (CoVisitationRow.Of(state, last), CoVisitationRow.Of(reader, all).Single(r => r.ItemId == last));
        Assert.Equal(expected.Neighbours, actual.Neighbours);
        Assert.Equal(expected.Scores, actual.Scores);
        Assert.Equal(expected.Next, actual.Next);
        Assert.Equal(expected.NextChances, actual.NextChances);
    });

    [Fact]
    public void Changes_InPartsWithVisitsInBetween_LoseNothing()
    {
        // More products than ids, and rows, fit a part.
        const int Products = 5000;
        var state = new CoVisitation(s_options);
        state.Apply(0, 0, Products, [.. Enumerable.Range(1, Products).Select(static n => Visited(n, $"p{n}", $"p{n - 1}"))]);
        var directory = CoVisitationRow.DirectoryOf(Enumerable.Range(0, 2 * Products).Select(static n => $"p{n}"));
        var (changes, editor, from, parts) = (new CoVisitationChanges(state), CoVisitationSnapshot.Empty.Edit(directory), 0, 0);
        while (from >= 0)
        {
            var output = new ArrayBufferWriter<byte>();
            from = changes.Write(0, editor.KnownIds, from, output);
            Assert.InRange(output.WrittenCount, 1, 85_000);
            editor.Read(output.WrittenSpan);

            // A product that was read already, and one that nobody has heard of.
            var offset = Products + ++parts;
            state.Apply(0, offset - 1, offset, [Visited(offset, "p1", $"p{offset}")]);
        }

        Assert.True(parts > Products / 128);
        var reader = editor.Finish();
        Assert.True(reader.Version < state.Version);
        reader = reader.Follow(state, directory);
        Assert.Equal(state.Version, reader.Version);
        var (expected, actual) = (CoVisitationRow.Of(state), CoVisitationRow.Of(reader, directory).ToDictionary(static r => r.ItemId));
        Assert.Equal(expected.Length, actual.Count);
        foreach (var row in expected)
        {
            Assert.Equal(row.Neighbours.Order(), actual[row.ItemId].Neighbours.Order());
            Assert.Equal(row.Next, actual[row.ItemId].Next);
        }
    }

    [Fact]
    public void Changes_OfProductsOutsideTheCatalogue_LeaveThemOutWithTheirScores()
    {
        var state = new CoVisitation(s_options);
        state.Apply(0, 0, 3, [Visited(1, "gone", "p1"), Visited(2, "p3", "gone", "p1"), Visited(3, "p2", "p3", "gone", "p1")]);
        var whole = CoVisitationRow.Of(state, "p1");
        Assert.Equal(["gone", "p3", "p2"], whole.Neighbours);
        Assert.Equal(["gone"], whole.Next);
        var directory = CoVisitationRow.DirectoryOf(["p1", "p2", "p3"]);
        var reader = CoVisitationSnapshot.Empty.Follow(state, directory);
        var bound = CoVisitationRow.Of(reader, directory).Single(static r => r.ItemId == "p1");
        Assert.Equal(["p3", "p2"], bound.Neighbours);
        Assert.Equal(whole.Scores[1..], bound.Scores);
        Assert.Empty(bound.Next);

        // It comes into the catalogue, and then something is looked at that it was looked at before.
        state.Apply(0, 3, 4, [Visited(4, "p2", "gone", "p1")]);
        directory = CoVisitationRow.DirectoryOf(["p1", "p2", "p3", "gone"]);
        bound = CoVisitationRow.Of(reader.Follow(state, directory), directory).Single(static r => r.ItemId == "p1");
        Assert.Contains("gone", bound.Neighbours);
        Assert.Equal(["gone"], bound.Next);
    }

    [Fact]
    public void Changes_OfAStateStoredWithMoreNeighboursThanAreKeptNow_HaveTheStrongest()
    {
        var state = new CoVisitation(s_options);
        for (var i = 1; i <= 200; i++)
        {
            state.Apply(0, i - 1, i, [Visited(i, $"next{i % 60}", "seed")]);
        }

        var fewer = new CoVisitationOptions { KeptPerItem = 8, PublishedPerItem = 8, KeptNextPerItem = 8, PublishedNextPerItem = 8 };
        var read = new CoVisitationCodec(fewer).Read(Encoded(new CoVisitationCodec(s_options), state));
        var (all, few) = (CoVisitationRow.Of(state, "seed"), CoVisitationRow.Of(read, "seed"));
        Assert.Equal(all.Neighbours[..8], few.Neighbours);
        Assert.Equal(all.Next[..8], few.Next);
    }

    [Fact]
    public void Changes_Cut_AreRefused()
    {
        var state = new CoVisitation(s_options);
        state.Apply(0, 0, 2, [Visited(1, "next", "seed"), Visited(2, "later", "next", "seed")]);
        var output = new ArrayBufferWriter<byte>();
        new CoVisitationChanges(state).Write(0, 0, 0, output);
        for (var length = 0; length < output.WrittenCount; length++)
        {
            Assert.Throws<FormatException>(() => CoVisitationSnapshot.Empty.Edit(ItemDirectory.Empty).Read(output.WrittenSpan[..length]));
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

        var row = CoVisitationRow.Of(state, "seed");
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
        var row = CoVisitationRow.Of(state, "seed");
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

        var row = CoVisitationRow.Of(state, "seed");
        Assert.Equal(["heavy0", "heavy1"], row.Neighbours.Take(2).Order());
        Assert.True(row.Neighbours.Length <= 16);
    }

    [Fact]
    public void Changes_ThatLeaveAGap_AreRefused()
    {
        var state = new CoVisitation(s_options);
        state.Apply(0, 0, 1, [Visited(1, "next", "seed")]);
        var (since, ids) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        new CoVisitationChanges(state).Write(1, 0, 0, since);
        new CoVisitationChanges(state).Write(0, 1, 0, ids);
        Assert.Throws<InvalidOperationException>(() => CoVisitationSnapshot.Empty.Edit(ItemDirectory.Empty).Read(since.WrittenSpan));
        Assert.Throws<InvalidOperationException>(() => CoVisitationSnapshot.Empty.Edit(ItemDirectory.Empty).Read(ids.WrittenSpan));
    }

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

    private static void AssertSameRows(CoVisitation expected, CoVisitation actual, float tolerance)
    {
        var (all, rows) = (CoVisitationRow.Of(expected), CoVisitationRow.Of(actual).ToDictionary(static r => r.ItemId));
        Assert.Equal(all.Length, rows.Count);
        foreach (var row in all)
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
