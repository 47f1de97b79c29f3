using System.Globalization;
using Personalization.LoadTest.Arms;
using Personalization.LoadTest.Commands;
using Personalization.LoadTest.Driving;

namespace Personalization.LoadTest.Reporting;

/// <summary>Progress as lines of text, one every five seconds.</summary>
internal sealed class PlainProgress(World world, TimeProvider time, DemoOptions options) : ProgressView(world, time)
{
    private const int LineEvery = 5;
    private readonly TextWriter _to = options.Json ? Console.Error : Console.Out;
    private int _seconds;

    public override void Say(string text) => _to.WriteLine(text);

    public override Task RunAsync(CancellationToken cancellationToken) => EverySecondAsync(ShowAsync, cancellationToken);

    private async Task ShowAsync(Moment moment)
    {
        if (++_seconds % LineEvery == 0)
        {
            await _to.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{_seconds,5} s  {moment.EventsPerSecond,8:N0} events/s  {moment.RecommendationsPerSecond,7:N0} recommendations/s  p50 {moment.RecommendP50Ms:F1} ms  p99 {moment.RecommendP99Ms:F1} ms  CTR engine {Rate(Arm.Engine)}  popularity {Rate(Arm.Popularity)}  random {Rate(Arm.Random)}"));
        }
    }

    private string Rate(Arm arm)
    {
        var (impressions, clicks) = World.ArmRecord.Totals(arm);
        return string.Create(CultureInfo.InvariantCulture, $"{100.0 * clicks / Math.Max(1, impressions):F2} %");
    }
}
