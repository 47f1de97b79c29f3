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

    private static Visit? Of(string item, ProductAt[] viewed, ProductAt[] bought) =>
        Visits.Of(7, s_start.UtcTicks, item, InteractionKind.Purchase, viewed, bought, ShopperSegment.Regular);

    private static ProductAt At(string item, int minute) => new(item, s_start.AddMinutes(minute));
}
