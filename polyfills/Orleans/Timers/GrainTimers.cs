using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>A timer of an activation; it ends with it.</summary>
public interface IGrainTimer : IDisposable
{
    /// <summary>When to run next, and how often after that.</summary>
    void Change(TimeSpan dueTime, TimeSpan period);
}

/// <summary>How a timer runs.</summary>
public readonly struct GrainTimerCreationOptions
{
    /// <summary>With its times to be set.</summary>
    public GrainTimerCreationOptions()
    {
    }

    /// <summary>With its times.</summary>
    [SetsRequiredMembers]
    public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period)
    {
        DueTime = dueTime;
        Period = period;
    }

    /// <summary>When to run first.</summary>
    public required TimeSpan DueTime { get; init; }

    /// <summary>How long after a run to run again; <see cref="Timeout.InfiniteTimeSpan"/> for never.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>Whether it may run in between turns of requests.</summary>
    public bool Interleave { get; init; }

    /// <summary>Whether a run counts as activity that keeps the activation.</summary>
    public bool KeepAlive { get; init; }
}
