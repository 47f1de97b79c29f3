using System.Diagnostics;
using Personalization.Benchmarks.Load;

namespace Personalization.Benchmarks.Scoring;

/// <summary>
/// Where a batcher stood when a batch was done. Measured from one such moment to another, no batch is cut in two, however few
/// of them there are.
/// </summary>
internal sealed class BatchMarks
{
    private long _items;
    private TaskCompletionSource<Mark>? _next;

    /// <summary>A batch of so many items is done.</summary>
    public void Count(int size)
    {
        var items = Interlocked.Add(ref _items, size);
        Interlocked.Exchange(ref _next, null)?.TrySetResult(new Mark(items, Stopwatch.GetTimestamp(), Process.GetCurrentProcess().TotalProcessorTime));
    }

    /// <summary>Where it stands when the next batch is done. For one at a time.</summary>
    public Task<Mark> NextAsync()
    {
        var next = new TaskCompletionSource<Mark>(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _next, next);
        return next.Task;
    }
}

/// <summary>Where a batcher stood.</summary>
/// <param name="Items">Items done so far.</param>
/// <param name="At">When, by <see cref="Stopwatch"/>.</param>
/// <param name="Cpu">The process's time by then.</param>
internal readonly record struct Mark(long Items, long At, TimeSpan Cpu)
{
    /// <summary>What was done since an earlier one.</summary>
    public Measurement Since(in Mark earlier) => new(Items - earlier.Items, 0, Stopwatch.GetElapsedTime(earlier.At, At), Cpu - earlier.Cpu);
}
