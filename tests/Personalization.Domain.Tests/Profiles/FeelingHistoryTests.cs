using Personalization.Domain.Profiles;
using Personalization.Domain.Statistics;
using static Personalization.Domain.Tests.Profiles.Shoppers;

namespace Personalization.Domain.Tests.Profiles;

/// <summary>Holds the pooled, order-free estimate against the Kalman filter that sees every observation in its order.</summary>
public sealed class FeelingHistoryTests
{
    private static readonly TimeSpan TimeConstant = TimeSpan.FromMinutes(20);
    private static readonly Mood Rest = new(new GaussianEstimate(0, 0.25), new GaussianEstimate(0, 0.25));

    [Fact]
    public void Estimate_OneObservation_IsTheKalmanFilters()
    {
        foreach (var minutes in new[] { 0.0, 3, 17, 70 })
        {
            var reading = (Seconds: 0.0, Value: 0.8, Noise: 0.2);

            var pooled = Pooled([reading], minutes * 60);

            Assert.Equal(Exact([reading], minutes * 60).Mean, pooled.Mean, 1e-9);
            Assert.Equal(Exact([reading], minutes * 60).Variance, pooled.Variance, 1e-9);
        }
    }

    [Fact]
    public void Estimate_ObservationsAtOnce_IsTheKalmanFilters()
    {
        var readings = new[] { (0.0, 0.8, 0.2), (0.0, -0.3, 0.5), (0.0, 0.1, 0.05) };

        Assert.Equal(Exact(readings, 600).Mean, Pooled(readings, 600).Mean, 1e-9);
        Assert.Equal(Exact(readings, 600).Variance, Pooled(readings, 600).Variance, 1e-9);
    }

    [Theory]
    [InlineData(1, 0.04)]
    [InlineData(1, 0.5)]
    [InlineData(5, 0.04)]
    [InlineData(5, 0.5)]
    [InlineData(40, 0.5)]
    [InlineData(40, 4)]
    public void Estimate_OfAWanderingMood_IsAsGoodAsTheKalmanFilters(double perTimeConstant, double noise)
    {
        // The truth wanders as the filter supposes; both guess it, at its end, from the same noisy readings.
        var random = new Random(5);
        double exactError = 0, pooledError = 0, claimed = 0;
        const int Runs = 1500;
        for (var run = 0; run < Runs; run++)
        {
            var (readings, truth, now) = Wander(random, perTimeConstant, noise);
            exactError += Square(Exact(readings, now).Mean - truth) / Runs;
            pooledError += Square(Pooled(readings, now).Mean - truth) / Runs;
            claimed += Pooled(readings, now).Variance / Runs;
        }

        Assert.InRange(pooledError / exactError, 0.98, 1.12);
        Assert.InRange(pooledError / claimed, 0.8, 1.25);
    }

    [Fact]
    public void Add_OlderThanTheWindow_IsLeftOutInAnyOrder()
    {
        var old = new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero).UtcTicks;
        var recent = old + (FeelingHistory.Window * FeelingHistory.WidthOf(TimeConstant));
        var (forth, back) = (new FeelingHistory(TimeConstant), new FeelingHistory(TimeConstant));
        forth.Add(old, 1, 1, 1, 1);
        forth.Add(recent, -1, 1, 1, 1);
        back.Add(recent, -1, 1, 1, 1);
        back.Add(old, 1, 1, 1, 1);

        Assert.Equal(1, forth.Cells.Length);
        Assert.Equal(forth.Cells[0], back.Cells[0]);
        forth.Add(recent - FeelingHistory.WidthOf(TimeConstant), 1, 1, 1, 1);
        Assert.Equal(2, forth.Cells.Length);
        Assert.True(forth.Cells[0].Index < forth.Cells[1].Index);
    }

    [Fact]
    public void Estimate_MuchOfTheSame_IsNoSurerThanItsSharedError()
    {
        var history = new FeelingHistory(TimeConstant);
        for (var i = 0; i < 10_000; i++)
        {
            history.Add(Noon.UtcTicks, 0.9, 1, 0, 0);
        }

        var mood = new FeelingFilter(TimeConstant, 0, [0.36]).Estimate([history], Rest, Noon.UtcTicks);

        Assert.Equal(1 / ((1 / 0.25) + (1 / 0.3601)), mood.Valence.Variance, 1e-4);
        Assert.Equal(Rest.Arousal.Variance, mood.Arousal.Variance, 1e-12);
    }

    private static GaussianEstimate Pooled((double Seconds, double Value, double Noise)[] readings, double now)
    {
        var history = new FeelingHistory(TimeConstant);
        foreach (var (seconds, value, noise) in readings)
        {
            history.Add(Noon.AddSeconds(seconds).UtcTicks, value, 1 / noise, 0, 0);
        }

        return new FeelingFilter(TimeConstant, 0, [0]).Estimate([history], Rest, Noon.AddSeconds(now).UtcTicks).Valence;
    }

    private static GaussianEstimate Exact((double Seconds, double Value, double Noise)[] readings, double now)
    {
        var filter = new OrnsteinUhlenbeckFilter(Rest.Valence.Mean, Rest.Valence.Variance, TimeConstant.TotalSeconds);
        foreach (var (seconds, value, noise) in readings)
        {
            filter.Measure(seconds, value, noise);
        }

        return filter.At(now);
    }

    private static ((double Seconds, double Value, double Noise)[] Readings, double Truth, double Now) Wander(
        Random random, double perTimeConstant, double noise)
    {
        var tau = TimeConstant.TotalSeconds;
        var now = 3.5 * tau;
        var readings = new List<(double, double, double)>();
        var truth = Math.Sqrt(Rest.Valence.Variance) * Normal(random);
        var time = 0.0;
        while (true)
        {
            var gap = -Math.Log(1 - random.NextDouble()) * tau / perTimeConstant;
            var kept = Math.Exp(-Math.Min(gap, now - time) / tau);
            truth = (kept * truth) + (Math.Sqrt(Rest.Valence.Variance * (1 - (kept * kept))) * Normal(random));
            time += gap;
            if (time >= now)
            {
                return ([.. readings], truth, now);
            }

            readings.Add((time, truth + (Math.Sqrt(noise) * Normal(random)), noise));
        }
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double Square(double value) => value * value;
}
