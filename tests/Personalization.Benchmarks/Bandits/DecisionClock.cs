using System.Diagnostics;

namespace Personalization.Benchmarks.Bandits;

/// <summary>Times decisions in blocks: the median block says what a decision takes when nobody else is given the processor.</summary>
internal sealed class DecisionClock
{
    private const int Block = 100;
    private readonly List<double> _blocks = [];
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly TimeSpan _cpuStarted = Environment.CpuUsage.TotalTime;
    private long _blockStarted = Stopwatch.GetTimestamp();
    private int _decisions;

    /// <summary>A decision was made and learned from.</summary>
    public void Tick()
    {
        if (++_decisions % Block == 0)
        {
            _blocks.Add(Stopwatch.GetElapsedTime(_blockStarted).TotalMicroseconds / Block);
            _blockStarted = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>The play is over.</summary>
    public void Stop()
    {
        Mean = Stopwatch.GetElapsedTime(_started).TotalMicroseconds / Math.Max(1, _decisions);
        Cpu = (Environment.CpuUsage.TotalTime - _cpuStarted).TotalMicroseconds / Math.Max(1, _decisions);
        _blocks.Sort();
        Median = _blocks.Count > 0 ? _blocks[_blocks.Count / 2] : Mean;
        Fastest = _blocks.Count > 0 ? _blocks[_blocks.Count / 20] : Mean;
    }

    /// <summary>Microseconds a decision, the start included.</summary>
    public double Mean { get; private set; }

    /// <summary>Microseconds of processor time a decision, the compiler's included.</summary>
    public double Cpu { get; private set; }

    /// <summary>Microseconds a decision in the median block.</summary>
    public double Median { get; private set; }

    /// <summary>Microseconds a decision in the block that a twentieth of all were faster than.</summary>
    public double Fastest { get; private set; }
}
