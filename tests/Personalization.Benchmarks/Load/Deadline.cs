using System.Diagnostics;

namespace Personalization.Benchmarks.Load;

/// <summary>The end of a stretch of load; starts to run when it is made.</summary>
internal sealed class Deadline(TimeSpan length)
{
    private readonly long _started = Stopwatch.GetTimestamp();

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    public bool Over => Elapsed >= length;
}
