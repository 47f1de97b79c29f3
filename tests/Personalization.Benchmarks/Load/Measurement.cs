namespace Personalization.Benchmarks.Load;

/// <summary>What one stretch of load came to.</summary>
/// <param name="Calls">Calls answered.</param>
/// <param name="Failures">Calls that failed.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Cpu">Processor time of the whole process, client and server together.</param>
internal readonly record struct Measurement(long Calls, long Failures, TimeSpan Elapsed, TimeSpan Cpu)
{
    /// <summary>Calls a second.</summary>
    public double PerSecond => Calls / Elapsed.TotalSeconds;

    /// <summary>Microseconds of processor time a call.</summary>
    public double CpuMicrosPerCall => Calls == 0 ? double.NaN : Cpu.TotalMicroseconds / Calls;
}
