using Personalization.Domain.Recommendations.Learning;

namespace Personalization.Domain.Tests.Recommendations.Learning;

public sealed class SuccessionTests
{
    private static readonly ShiftAlarmOptions s_options = new() { Fast = 10, Slow = 100, Threshold = 3, Trial = 50 };

    [Fact]
    public void Observe_ChallengerPredictsBetter_IsUsedAtOnceAndStays()
    {
        var succession = AfterAlarm(out var first);
        Assert.Same(first, succession.Used);
        succession.Observe(1, 0.5);
        Assert.NotSame(first, succession.Used);
        for (var t = 1; t < s_options.Trial; t++)
        {
            succession.Observe(1, 0.5);
        }

        Assert.Null(succession.Challenger);
        Assert.NotSame(first, succession.Incumbent);
        Assert.Equal(succession.Lessons - s_options.Trial + 1, succession.IncumbentSince);
    }

    [Fact]
    public void Observe_FalseAlarm_TheOldModelStays()
    {
        var succession = AfterAlarm(out var first);
        for (var t = 0; t < s_options.Trial; t++)
        {
            succession.Observe(0.5, 1);
            Assert.Same(first, succession.Used);
        }

        Assert.Null(succession.Challenger);
        Assert.Same(first, succession.Incumbent);
        Assert.Equal(1, succession.IncumbentSince);
    }

    [Fact]
    public void Observe_AlarmRings_ReopensTheOldModelAndStartsANewOne()
    {
        var reopened = new List<object>();
        var succession = new Succession<object>(() => new object(), reopened.Add, s_options);
        var first = succession.Incumbent;
        Ring(succession);
        Assert.Equal([first], reopened);
        Assert.NotNull(succession.Challenger);
        Assert.Equal(succession.Lessons + 1, succession.ChallengerSince);
        Assert.Equal(1, succession.Alarms);
    }

    private static Succession<object> AfterAlarm(out object first)
    {
        var succession = new Succession<object>(() => new object(), _ => { }, s_options);
        first = succession.Incumbent;
        Ring(succession);
        return succession;
    }

    private static void Ring(Succession<object> succession)
    {
        for (var t = 0; t < 300; t++)
        {
            Assert.False(succession.Observe(t % 2 == 0 ? 0.1 : 0.2, 0));
        }

        while (!succession.Observe(1, 0))
        {
            Assert.True(succession.Lessons < 400);
        }
    }
}
