using CsCheck;
using Personalization.LoadTest.Measuring;

namespace Personalization.LoadTest.Tests.Measuring;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void QuantileMs_AnyDurations_IsWithinTwoPercentOfTheTruth() =>
        Gen.Double[0, 17].Select(x => (long)Math.Exp(x)).Array[1, 300].Sample(micros =>
        {
            var histogram = new LatencyHistogram();
            foreach (var m in micros)
            {
                histogram.Record(TimeSpan.FromMicroseconds(m));
            }

            var sorted = micros.Order().ToArray();
            return new[] { 0.01, 0.5, 0.9, 0.99, 1 }.All(q =>
            {
                var truth = sorted[Math.Max(0, (int)Math.Ceiling(q * sorted.Length) - 1)];
                return Math.Abs((histogram.QuantileMs(q) * 1000) - truth) <= (0.02 * truth) + 0.5;
            });
        });

    [Fact]
    public void QuantileMs_SinceASnapshot_LeavesOutWhatWasBefore()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(TimeSpan.FromSeconds(5));
        var before = histogram.Snapshot();
        histogram.Record(TimeSpan.FromMilliseconds(2));
        Assert.Equal(2, histogram.QuantileMs(0.99, before), 0.05);
        Assert.Equal(2, histogram.Count);
    }

    [Fact]
    public void QuantileMs_Empty_IsNotANumber() => Assert.Equal(double.NaN, new LatencyHistogram().QuantileMs(0.5));
}
