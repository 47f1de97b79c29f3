using Microsoft.ML.OnnxRuntime;

namespace Personalization.Scoring.Onnx;

/// <summary>
/// How a runner runs its session: mostly as it is, and every so often so that the session's arena gives back what it holds and
/// does not use. The arena grows with every new shape, and shapes of texts are ever new; giving back each time would cost each
/// run its allocations. Used by one thread at a time.
/// </summary>
/// <param name="device">As <see cref="OnnxModel.Device"/> has it; a CUDA arena is bounded by its limit instead.</param>
internal sealed class SessionRuns(string device) : IDisposable
{
    /// <summary>After so many runs the arena gives back.</summary>
    public const int ShrinkEvery = 1024;

    private const string ShrinkKey = "memory.enable_memory_arena_shrinkage";

    private readonly RunOptions _plain = new();
    private readonly RunOptions? _shrinking = device == OnnxSessions.Cuda ? null : Shrinking();
    private int _runs;

    /// <summary>How the next run is to be made.</summary>
    public RunOptions Next()
    {
        _runs = (_runs + 1) % ShrinkEvery;
        return _runs == 0 && _shrinking is not null ? _shrinking : _plain;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _plain.Dispose();
        _shrinking?.Dispose();
    }

    private static RunOptions Shrinking()
    {
        var options = new RunOptions();
        options.AddRunConfigEntry(ShrinkKey, "cpu:0");
        return options;
    }
}
