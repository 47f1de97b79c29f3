using System.Buffers;
using CsCheck;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Serialization;
using Personalization.Domain.Tests.Recommendations.Catalog;

namespace Personalization.Domain.Tests.Recommendations.Candidates;

/// <summary>What comes directly after what.</summary>
public sealed class SequenceTests
{
    private static readonly CoVisitationOptions s_options = new();

    private static readonly Gen<Visit[]> s_log =
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 5], Gen.Int[0, 5000]).Array[1, 40].Select(static all => all
            .Select(static (v, i) => CoVisitationTests.Visited(i + 1, $"p{v.Item1}", v.Item1 == v.Item2 ? [] : [$"p{v.Item2}"]) with
            {
                Ticks = SampleProducts.Now.UtcTicks + TimeSpan.FromMinutes(v.Item3).Ticks,
            }).ToArray());

    [Fact]
    public void Next_AfterTheSameStepAgainAndAgain_IsItsShrunkShare()
    {
        var state = Counted("a>b", "a>b", "a>b", "a>b", "a>c");
        var row = RowOf(state, "a");
        Assert.Equal(["b", "c"], row.Next.AsEnumerable());
        Assert.Equal(4.0 / (5 + s_options.NextPrior), row.NextChances[0], 1e-5);
        Assert.Equal(1.0 / (5 + s_options.NextPrior), row.NextChances[1], 1e-5);
    }

    [Fact]
    public void Next_TheOtherWayRound_IsNotCounted()
    {
        var state = Counted("a>b", "a>b");
        Assert.Empty(RowOf(state, "b").Next);
        Assert.NotEmpty(RowOf(state, "b").Neighbours);
    }

    [Fact]
    public void Next_TwoStepsOn_IsNotCounted()
    {
        var state = new CoVisitation(s_options);
        state.Apply(0, 0, 1, [CoVisitationTests.Visited(1, "c", "b", "a")]);
        Assert.Empty(RowOf(state, "a").Next);
        Assert.Equal(["c"], RowOf(state, "b").Next.AsEnumerable());
    }

    [Fact]
    public void Next_MoreThanThereIsRoomFor_KeepsTheHeaviestAndNeverSaysTooMuch()
    {
        var state = new CoVisitation(s_options with { KeptNextPerItem = 8, PublishedNextPerItem = 8 });
        long offset = 0;
        for (var i = 0; i < 400; i++)
        {
            Step(state, ++offset, "a", "often");
            Step(state, ++offset, "a", $"once-{i}");
        }

        var row = RowOf(state, "a");
        Assert.True(row.Next.Length <= 8);
        Assert.Equal("often", row.Next[0]);
        Assert.Equal(400.0 / (800 + s_options.NextPrior), row.NextChances[0], 1e-4);
        Assert.All(row.NextChances[1..], static chance => Assert.True(chance <= 1.0 / 400));
    }

    [Fact]
    public void Next_OldAndNewSteps_NewOnesCountMore()
    {
        var state = new CoVisitation(s_options);
        Step(state, 1, "a", "old");
        state.Apply(0, 1, 2, [CoVisitationTests.Visited(2, "new", "a") with { Ticks = SampleProducts.Now.AddDays(60).UtcTicks }]);
        Assert.Equal(["new", "old"], RowOf(state, "a").Next.AsEnumerable());
    }

    [Fact]
    public void Next_BatchesRepeated_CountOnceAndChancesAreChances() => s_log.Sample(log =>
    {
        var (once, twice) = (new CoVisitation(s_options), new CoVisitation(s_options));
        once.Apply(0, 0, log.Length, log);
        twice.Apply(0, 0, log.Length, log);
        Assert.Equal(BatchOutcome.AlreadyApplied, twice.Apply(0, 0, log.Length, log));
        foreach (var (a, b) in CoVisitationRow.Of(once).Zip(CoVisitationRow.Of(twice)))
        {
            Assert.Equal(a.Next.AsEnumerable(), b.Next);
            Assert.Equal(a.NextChances.AsEnumerable(), b.NextChances);
            Assert.All(a.NextChances, static chance => Assert.InRange(chance, 0, 1));
            Assert.InRange(a.NextChances.Sum(), 0, 1);
        }
    });

    [Fact]
    public void Codec_AnyState_ComesBackWithWhatComesNext() => s_log.Sample(log =>
    {
        var state = new CoVisitation(s_options);
        state.Apply(0, 0, log.Length, log);
        var codec = new CoVisitationCodec(s_options);
        var back = codec.Read(Written(output => codec.Write(state, output)));
        foreach (var (row, read) in CoVisitationRow.Of(state).Zip(CoVisitationRow.Of(back)))
        {
            Assert.Equal(row.Next.AsEnumerable(), read.Next);
            Assert.Equal(row.NextChances.AsEnumerable(), read.NextChances);
        }
    });

    [Fact]
    public void Codec_StoredBeforeStepsWereCounted_IsReadWithoutAny()
    {
        var state = new CoVisitationCodec(s_options).Read(Written(output =>
        {
            var writer = new StateWriter(output);
            writer.Byte(1);
            writer.Int(s_options.HalfLife.Ticks);
            writer.Int(SampleProducts.Now.UtcTicks);
            writer.Int(SampleProducts.Now.UtcTicks);
            writer.UInt(3);
            new AppliedOffsets().Write(writer);
            writer.UInt(2);
            Node(writer, "a", 1);
            Node(writer, "b", 0);
        }));
        Assert.Equal(["b"], RowOf(state, "a").Neighbours.AsEnumerable());
        Assert.Empty(RowOf(state, "a").Next);
        Step(state, 1, "a", "b");
        Assert.Equal(["b"], RowOf(state, "a").Next.AsEnumerable());

        static void Node(StateWriter writer, string id, ulong neighbour)
        {
            writer.Text(id);
            writer.Double(1);
            writer.UInt(3);
            writer.UInt(1);
            writer.UInt(neighbour);
            writer.Single(1);
            writer.Single(0);
        }
    }

    [Fact]
    public void Generate_AfterTheLastStep_FindsTheLikeliestNext()
    {
        var catalog = CatalogSnapshot.Empty.With(new CatalogChanges { Upserted = [.. Enumerable.Range(0, 200).Select(static n => SampleProducts.OfNumber(n))] }, 1);
        var state = new CoVisitation(s_options with { PublishedPerItem = 1 });
        long offset = 0;
        for (var i = 0; i < 10; i++)
        {
            Step(state, ++offset, "p1", "p2");
            Step(state, ++offset, "p1", "p4");
            Step(state, ++offset, "p1", "p4");
        }

        // Only the strongest neighbour reaches readers: the other step is found as what comes next.
        var slate = new Recommender().Recommend(
            new RecommendInput
            {
                User = Domain.Ingestion.UserKey.Known("u"),
                Shopper = new ShopperView { Viewed = new Domain.Profiles.ProductAt[] { new("p1", SampleProducts.Now) } },
                Request = new RecommendRequest { PageSize = 100, Filter = new ItemFilter { InStockOnly = false } },
                DecisionId = "d",
                Now = SampleProducts.Now,
                Catalog = catalog,
                CoVisitation = CoVisitationSnapshot.Empty.Follow(state, catalog.Directory),
            },
            new RecommendWorkspace());
        Assert.Equal("CO_VISITATION", slate.Items.Single(static i => i.ItemId == "p4").Source);
        Assert.Equal("SEQUENCE", slate.Items.Single(static i => i.ItemId == "p2").Source);
    }

    private static CoVisitation Counted(params string[] steps)
    {
        var state = new CoVisitation(s_options);
        for (var i = 0; i < steps.Length; i++)
        {
            Step(state, i + 1, steps[i].Split('>')[0], steps[i].Split('>')[1]);
        }

        return state;
    }

    private static void Step(CoVisitation state, long offset, string from, string to) =>
        state.Apply(0, offset - 1, offset, [CoVisitationTests.Visited(offset, to, from)]);

    private static CoVisitationRow RowOf(CoVisitation state, string id) => CoVisitationRow.Of(state, id);

    private static byte[] Written(Action<ArrayBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }
}
