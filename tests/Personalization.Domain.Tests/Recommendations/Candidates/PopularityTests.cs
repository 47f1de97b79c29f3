using System.Buffers;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Tests.Recommendations.Catalog;

namespace Personalization.Domain.Tests.Recommendations.Candidates;

public sealed class PopularityTests
{
    private static readonly DateTimeOffset s_start = SampleProducts.Now;

    [Fact]
    public void ChangesSince_SegmentsDiffer_TellsThemApart()
    {
        var state = new Popularity();
        for (var i = 1; i <= 20; i++)
        {
            Visit(state, i, i % 4 == 0 ? "dear" : "cheap", s_start, i % 4 == 0 ? ShopperSegment.Lavish : ShopperSegment.Thrifty);
        }

        var read = state.ChangesSince(0, s_start).ToDictionary();
        Assert.True(Of("cheap", ShopperSegment.Thrifty) > Of("dear", ShopperSegment.Thrifty));
        Assert.True(Of("dear", ShopperSegment.Lavish) > Of("cheap", ShopperSegment.Lavish));
        Assert.True(Of("cheap", ShopperSegment.Everyone) > Of("dear", ShopperSegment.Everyone));

        float Of(string id, ShopperSegment segment) => read[id].BySegment[(int)segment];
    }

    [Fact]
    public void ChangesSince_ABurst_TrendsAndIsToldWhenItIsOver()
    {
        var state = new Popularity();
        for (var i = 1; i <= 200; i++)
        {
            Visit(state, i, "steady", s_start + TimeSpan.FromHours(i), ShopperSegment.Regular);
        }

        var now = s_start + TimeSpan.FromHours(200);
        for (var i = 201; i <= 220; i++)
        {
            Visit(state, i, "burst", now, ShopperSegment.Regular);
        }

        var read = state.ChangesSince(0, now).ToDictionary();
        Assert.True(read["burst"].Trend > 0.5f);
        Assert.Equal(0, read["steady"].Trend);
        var later = state.ChangesSince(state.Version, now + TimeSpan.FromHours(8)).ToDictionary();
        Assert.Equal(0, later["burst"].Trend);
        Assert.Empty(state.ChangesSince(state.Version, now + TimeSpan.FromHours(9)));
    }

    [Fact]
    public void Codec_AState_ComesBackAndCountsOnce()
    {
        var state = new Popularity();
        for (var i = 1; i <= 30; i++)
        {
            Visit(state, i, $"p{i % 7}", s_start + TimeSpan.FromMinutes(i), (ShopperSegment)(i % 5));
        }

        var output = new ArrayBufferWriter<byte>();
        new PopularityCodec().Write(state, output);
        var back = new PopularityCodec().Read(output.WrittenSpan);
        Assert.Equal(BatchOutcome.AlreadyApplied, back.Apply(0, 29, 30, [CoVisitationTests.Visited(30, "p1")]));
        var (expected, actual) = (state.ChangesSince(0, s_start).ToDictionary(), back.ChangesSince(0, s_start).ToDictionary());
        foreach (var (id, popularity) in expected)
        {
            Assert.Equal(popularity.BySegment, actual[id].BySegment.AsEnumerable());
            Assert.Equal(popularity.Trend, actual[id].Trend);
        }
    }

    private static void Visit(Popularity state, long offset, string item, DateTimeOffset at, ShopperSegment segment) =>
        state.Apply(0, offset - 1, offset, [CoVisitationTests.Visited(offset, item) with { Ticks = at.UtcTicks, Segment = segment }]);
}
