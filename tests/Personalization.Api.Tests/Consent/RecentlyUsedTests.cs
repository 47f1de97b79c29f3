using Microsoft.Extensions.Time.Testing;
using Personalization.Api.Consent;

namespace Personalization.Api.Tests.Consent;

public sealed class RecentlyUsedTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Offer_AfterASet_DoesNotHideIt()
    {
        var cache = new RecentlyUsed<string, int>(10, null, _time);
        cache.Set("a", 2);

        cache.Offer("a", 1);

        Assert.True(cache.TryGet("a", out var value));
        Assert.Equal(2, value);
    }

    [Fact]
    public void TryGet_OlderThanItsAge_IsReadAgain()
    {
        var cache = new RecentlyUsed<string, int>(10, TimeSpan.FromSeconds(5), _time);
        cache.Set("a", 1);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(cache.TryGet("a", out _));

        cache.Offer("a", 3);

        Assert.True(cache.TryGet("a", out var value));
        Assert.Equal(3, value);
    }

    [Fact]
    public void Set_BeyondTheCapacity_LetsGoOfWhatNobodyAskedFor()
    {
        var cache = new RecentlyUsed<int, int>(100, null, _time);
        for (var i = 0; i < 1000; i++)
        {
            cache.Set(i, i);
            Assert.True(cache.TryGet(0, out _));
        }

        Assert.InRange(Enumerable.Range(0, 1000).Count(i => cache.TryGet(i, out _)), 50, 102);
    }
}
