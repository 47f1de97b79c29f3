using System.Globalization;

namespace Personalization.LoadTest.Replaying;

/// <summary>Says every few seconds how far a replay is.</summary>
internal sealed class ReplayProgress(TextWriter to, TimeProvider time)
{
    /// <summary>How often.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private readonly long _started = time.GetTimestamp();

    /// <summary>Says it for as long as some work goes on, and once at its end.</summary>
    /// <param name="work">The work.</param>
    /// <param name="line">How far it is.</param>
    public async Task<T> DuringAsync<T>(Task<T> work, Func<FormattableString> line)
    {
        using var timer = new PeriodicTimer(Every, time);
        var tick = timer.WaitForNextTickAsync().AsTask();
        while (await Task.WhenAny(work, tick) == tick)
        {
            await SayAsync(line());
            tick = timer.WaitForNextTickAsync().AsTask();
        }

        var result = await work;
        await SayAsync(line());
        return result;
    }

    private Task SayAsync(FormattableString line) => to.WriteLineAsync(
        string.Create(CultureInfo.InvariantCulture, $"{time.GetElapsedTime(_started).TotalSeconds,5:F0} s  ") + line.ToString(CultureInfo.InvariantCulture));
}
