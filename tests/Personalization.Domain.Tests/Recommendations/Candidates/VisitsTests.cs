using System.Buffers;
using Personalization.Domain.Products;
using Personalization.Domain.Profiles;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Tests.Recommendations.Catalog;

namespace Personalization.Domain.Tests.Recommendations.Candidates;

public sealed class VisitsTests
{
    private static readonly DateTimeOffset s_start = SampleProducts.Now;

    [Fact]
    public void Of_OnlyPurchasesBefore_GoesWithWhatWasBought()
    {
        var visit = Of("c", [], [At("b", 2), At("a", 1)]);
        Assert.Equal<string>(["b", "a"], visit!.Before);
    }

    [Fact]
    public void Of_ViewsAndPurchasesBefore_TellsThemNewestFirstAndEachOnce()
    {
        var visit = Of("e", [At("d", 5), At("b", 2), At("a", 1)], [At("c", 4), At("a", 3)]);
        Assert.Equal<string>(["d", "c", "a", "b"], visit!.Before);
    }

    [Fact]
    public void Of_ProductItselfFurtherBack_IsLeftOut()
    {
        var visit = Of("a", [At("b", 3)], [At("a", 2), At("c", 1)]);
        Assert.Equal<string>(["b", "c"], visit!.Before);
    }

    [Fact]
    public void Of_SameProductAsLast_GoesWithNothing()
    {
        Assert.Empty(Of("a", [At("a", 3), At("b", 1)], [At("b", 2)])!.Before);
        Assert.Empty(Of("a", [At("b", 1)], [At("a", 3)])!.Before);
    }

    [Fact]
    public void Of_LongHistory_TellsNoMoreThanCounts()
    {
        ProductAt[] viewed = [.. Enumerable.Range(0, 20).Select(static i => At($"v{i}", 100 - (2 * i)))];
        ProductAt[] bought = [.. Enumerable.Range(0, 20).Select(static i => At($"b{i}", 99 - (2 * i)))];
        var visit = Of("x", viewed, bought);
        Assert.Equal<string>(["v0", "b0", "v1", "b1", "v2", "b2", "v3", "b3", "v4", "b4"], visit!.Before);
        Assert.Equal(Visit.MaxBefore, visit.Before.Length);
    }

    [Fact]
    public void Read_ByAnOwnerThatKnowsSomeOfTheProducts_GivesWhatWasWrittenWithItsStrings()
    {
        var owner = new CoVisitation(new CoVisitationOptions());
        var seen = CoVisitationTests.Visited(1, "seen", "earlier");
        owner.Apply(0, 0, 1, [seen]);
        var written = new Visit
        {
            Offset = 2, Ticks = s_start.UtcTicks, ItemId = "new", Before = [new("seen".ToCharArray()), "über", "earlier"], Weight = 2, Segment = ShopperSegment.Regular,
        };
        var output = new ArrayBufferWriter<byte>();
        Visits.Write([written, written with { ItemId = new string('x', 1000) }], output);
        var read = Visits.Read(output.WrittenSpan, owner);
        Assert.Equal(written with { Before = read[0].Before }, read[0]);
        Assert.Equal(written.Before.AsEnumerable(), read[0].Before);
        Assert.Equal(new string('x', 1000), read[1].ItemId);
        Assert.Same(seen.ItemId, read[0].Before[0]);
        Assert.Same(seen.Before[0], read[0].Before[2]);
    }

    private static Visit? Of(string item, ProductAt[] viewed, ProductAt[] bought) =>
        Visits.Of(7, s_start.UtcTicks, item, InteractionKind.Purchase, viewed, bought, ShopperSegment.Regular);

    private static ProductAt At(string item, int minute) => new(item, s_start.AddMinutes(minute));
}
