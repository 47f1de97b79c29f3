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
    public void ChangesSince_ATrendEnds_EveryReaderHearsOfIt()
    {
        var state = Burst();
        Assert.True(state.ChangesSince(0, s_start).ToDictionary()["burst"].Trend > 0.5f);
        var (one, other) = (state.Version, state.Version);
        var later = s_start + TimeSpan.FromHours(8);
        Assert.Equal(0, state.ChangesSince(one, later).ToDictionary()["burst"].Trend);
        Assert.Equal(0, state.ChangesSince(other, later).ToDictionary()["burst"].Trend);
    }

    [Fact]
    public void ChangesSince_ATrendGoesOn_IsToldAgainOnlyWhenItHasChanged()
    {
        var state = Burst();
        var told = state.ChangesSince(0, s_start).ToDictionary()["burst"].Trend;
        var (reader, hearings) = (state.Version, 0);
        for (var minute = 1; minute <= 600; minute++)
        {
            var now = s_start + TimeSpan.FromMinutes(minute);
            var changes = state.ChangesSince(reader, now);
            reader = state.Version;
            told = changes.IsEmpty ? told : changes.ToDictionary()["burst"].Trend;
            hearings += changes.Length;
            Assert.Equal(state.ChangesSince(0, now).ToDictionary()["burst"].Trend, told, Popularity.TrendGrain + 1e-6f);
        }

        Assert.Equal(0, told);
        Assert.InRange(hearings, 10, 60);
    }

    [Fact]
    public void Codec_AStateWithATrend_TellsOfItsEnd()
    {
        var state = Burst();
        state.ChangesSince(0, s_start);
        var output = new ArrayBufferWriter<byte>();
        new PopularityCodec().Write(state, output);
        var back = new PopularityCodec().Read(output.WrittenSpan);
        Assert.Equal(0, back.ChangesSince(state.Version, s_start + TimeSpan.FromHours(8)).ToDictionary()["burst"].Trend);
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

    /// <summary>A product that is much looked at, beside another that is not.</summary>
    private static Popularity Burst()
    {
        var state = new Popularity();
        Visit(state, 1, "steady", s_start - TimeSpan.FromHours(20), ShopperSegment.Regular);
        for (var i = 2; i <= 21; i++)
        {
            Visit(state, i, "burst", s_start, ShopperSegment.Regular);
        }

        return state;
    }

    private static void Visit(Popularity state, long offset, string item, DateTimeOffset at, ShopperSegment segment) =>
        state.Apply(0, offset - 1, offset, [CoVisitationTests.Visited(offset, item) with { Ticks = at.UtcTicks, Segment = segment }]);
}
