using Personalization.Domain.Recommendations.Learning;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Tests.Recommendations.Learning;

public sealed class ShiftAlarmTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.1)]
    [InlineData(0.02)]
    public void Observe_ErrorsOfAnUnchangedRate_HardlyEverRings(double rate)
    {
        var alarm = new ShiftAlarm(new ShiftAlarmOptions());
        var random = new SeededRandom(7);
        for (var t = 0; t < 200_000; t++)
        {
            alarm.Observe((random.NextUnit() < rate ? 1 : 0) - rate);
        }

        Assert.InRange(alarm.Count, 0, 3);
    }

    [Fact]
    public void Observe_ErrorsThatShrink_NeverRings()
    {
        var alarm = new ShiftAlarm(new ShiftAlarmOptions());
        for (var t = 0; t < 50_000; t++)
        {
            Assert.False(alarm.Observe(((t % 2) - 0.5) * Math.Exp(-t / 10_000.0)));
        }
    }

    [Fact]
    public void Observe_ErrorsThatGrow_RingsOnceAndSettles()
    {
        var alarm = new ShiftAlarm(new ShiftAlarmOptions());
        var random = new SeededRandom(1);
        for (var t = 0; t < 10_000; t++)
        {
            Assert.False(alarm.Observe(0.4 * (random.NextUnit() - 0.5)));
        }

        var rang = -1;
        for (var t = 0; t < 10_000; t++)
        {
            rang = alarm.Observe(random.NextUnit() - 0.5) && rang < 0 ? t : rang;
        }

        Assert.InRange(rang, 1, 300);
        Assert.Equal(1, alarm.Count);
    }

    [Theory]
    [InlineData(1, 3000, 4, "Fast")]
    [InlineData(300, 300, 4, "Slow")]
    [InlineData(300, 3000, 0, "Threshold")]
    public void Constructor_OptionOutOfRange_NamesIt(double fast, double slow, double threshold, string field)
    {
        var e = Assert.Throws<ArgumentException>(
            () => new ShiftAlarm(new ShiftAlarmOptions { Fast = fast, Slow = slow, Threshold = threshold }));
        Assert.Contains(field, e.Message, StringComparison.Ordinal);
    }
}
