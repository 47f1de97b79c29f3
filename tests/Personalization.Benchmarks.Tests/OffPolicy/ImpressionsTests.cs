using Personalization.Benchmarks.OffPolicy;

namespace Personalization.Benchmarks.Tests.OffPolicy;

public sealed class ImpressionsTests : IDisposable
{
    private const string Header = "item_id,position,click,propensity_score,user_feature_0,user_feature_1,user_feature_2,user_feature_3";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_OneCampaign_IsItsLog()
    {
        _folder.Write("random/men/men.csv", Header, "7,1,0,0.25,a,b,c,d", "9,2,1,0.5,a,b,c,x", "7,2,0,0.5,a,b,c,d");
        var log = Impressions.Read(Path.Combine(_folder.Path, "random"));
        Assert.Equal(["7", "9", "7"], log.Items);
        Assert.Equal([0.0, 1, 0], log.Clicks);
        Assert.Equal([0.25, 0.5, 0.5], log.Propensities);
        // Whoever has the same features is the same user, as far as the data tell.
        Assert.Equal([0, 1, 0], log.Users);
        var shares = new ShownShares(log);
        Assert.Equal((1.0, 0.5, 0.0), (shares.Of("1", "7"), shares.Of("2", "9"), shares.Of("1", "9")));
    }

    [Fact]
    public void Read_NoneOrTwoCampaigns_IsRefused()
    {
        var folder = Path.Combine(_folder.Path, "random");
        Assert.Contains("holds 0 campaigns", Assert.Throws<BenchUsageException>(() => Impressions.Read(folder)).Message);
        _folder.Write("random/men/men.csv", Header);
        _folder.Write("random/women/women.csv", Header);
        Assert.Contains("holds 2 campaigns", Assert.Throws<BenchUsageException>(() => Impressions.Read(folder)).Message);
    }

    [Fact]
    public void Read_PropensityAboveOne_NamesTheCell()
    {
        _folder.Write("bts/men/men.csv", Header, "7,1,0,1.25,a,b,c,d");
        var refused = Assert.Throws<BenchUsageException>(() => Impressions.Read(Path.Combine(_folder.Path, "bts")));
        Assert.Contains("line 2, column 4 (propensity_score)", refused.Message);
    }
}
