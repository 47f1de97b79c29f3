using Personalization.LoadTest.Commands;
using Personalization.LoadTest.Driving;

namespace Personalization.LoadTest.Reporting;

/// <summary>Shows how a run is going, once a second.</summary>
internal abstract class ProgressView(World world, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    protected World World { get; } = world;

    /// <summary>A live table on a terminal; lines elsewhere, on the error stream when the output is for a program.</summary>
    public static ProgressView For(DemoOptions options, World world, TimeProvider time) =>
        !options.Json && !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb")
            ? new LiveProgress(world, time, options)
            : new PlainProgress(world, time, options);

    /// <summary>Says something that is not a figure.</summary>
    public abstract void Say(string text);

    /// <summary>Shows progress until stopped.</summary>
    public abstract Task RunAsync(CancellationToken cancellationToken);

    /// <summary>Hands over the figures of every second that passes.</summary>
    protected async Task EverySecondAsync(Func<Moment, Task> show, CancellationToken cancellationToken)
    {
        var sampler = new MomentSampler(World, time);
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await show(await sampler.NextAsync(cancellationToken));
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }
}
