using Personalization.Domain.Statistics;

namespace Personalization.Domain.Tests.Statistics;

public sealed class SampleMeanTests
{
    /// <summary>Against tabulated quantiles of Student's distribution.</summary>
    [Theory]
    [InlineData(4, 3.1824)]
    [InlineData(5, 2.7764)]
    [InlineData(8, 2.3646)]
    [InlineData(10, 2.2622)]
    [InlineData(31, 2.0423)]
    [InlineData(61, 2.0003)]
    public void Student_AnyNumberOfValues_HasTheTabulatedWidth(int count, double quantile)
    {
        double[] values = [.. Enumerable.Range(0, count).Select(static i => 3.0 + i)];
        var mean = 3 + ((count - 1) / 2.0);
        var deviation = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (count - 1));
        var interval = SampleMean.Student(values);
        Assert.Equal(mean, interval.Estimate, 1e-12);
        Assert.Equal(quantile, (interval.High - mean) / deviation * Math.Sqrt(count), 0.01 * quantile);
        Assert.Equal(interval.High - mean, mean - interval.Low, 1e-12);
    }

    [Fact]
    public void Student_TooFewValues_NamesThem()
    {
        var e = Assert.Throws<ArgumentException>(() => SampleMean.Student([1, 2, 3]));
        Assert.Contains("at least 4", e.Message, StringComparison.Ordinal);
    }
}
