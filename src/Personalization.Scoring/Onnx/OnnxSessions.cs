using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace Personalization.Scoring.Onnx;

/// <summary>Opens sessions, on the device asked for.</summary>
internal static class OnnxSessions
{
    /// <summary>How a device is called that is a CUDA device.</summary>
    public const string Cuda = "cuda";

    private const string CudaProvider = "libonnxruntime_providers_cuda.so";

    /// <summary>Opens a session over a model's bytes.</summary>
    /// <param name="model">The bytes.</param>
    /// <param name="device">On what to run.</param>
    /// <param name="intraOpThreads">Threads within one run.</param>
    /// <param name="gpuMemoryLimitMiB">The most memory that the session's arena takes of a CUDA device; 0: as much as there is.</param>
    /// <returns>The session, and what it runs on: <c>cpu</c> or <c>cuda</c>, with the reason where another was asked for.</returns>
    public static (InferenceSession Session, string Device) Open(
        byte[] model, ScoringDevice device, int intraOpThreads, int gpuMemoryLimitMiB)
    {
        if (device == ScoringDevice.Cpu)
        {
            return (OpenCpu(model, intraOpThreads), "cpu");
        }

        var installed = File.Exists(Path.Combine(AppContext.BaseDirectory, CudaProvider));
        if (!installed && device == ScoringDevice.Auto)
        {
            return (OpenCpu(model, intraOpThreads), "cpu (no CUDA provider installed)");
        }

        try
        {
            using var options = Options(intraOpThreads);
            using var cuda = CudaOptions(gpuMemoryLimitMiB);
            options.AppendExecutionProvider_CUDA(cuda);
            return (new InferenceSession(model, options), Cuda);
        }
        catch (Exception error) when (device == ScoringDevice.Auto && IsNoDevice(error))
        {
            return (OpenCpu(model, intraOpThreads), $"cpu (CUDA did not start: {FirstLine(error.Message)})");
        }
    }

    // Never run yet: the names are those of the provider's documentation. The arena takes what is asked for, not the next power
    // of two, for several sessions share the device.
    private static OrtCUDAProviderOptions CudaOptions(int gpuMemoryLimitMiB)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["device_id"] = "0",
            ["arena_extend_strategy"] = "kSameAsRequested",
        };
        if (gpuMemoryLimitMiB > 0)
        {
            settings["gpu_mem_limit"] = (gpuMemoryLimitMiB * 1024L * 1024).ToString(CultureInfo.InvariantCulture);
        }

        var options = new OrtCUDAProviderOptions();
        try
        {
            options.UpdateOptions(settings);
            return options;
        }
        catch
        {
            options.Dispose();
            throw;
        }
    }

    private static InferenceSession OpenCpu(byte[] model, int intraOpThreads)
    {
        using var options = Options(intraOpThreads);
        return new InferenceSession(model, options);
    }

    private static SessionOptions Options(int intraOpThreads) => new()
    {
        // Workers are the parallelism: within a batch threads only add hand-over, and spinning ones eat the host's cores.
        IntraOpNumThreads = intraOpThreads,
        InterOpNumThreads = 1,
        ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
        GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        // Patterns are kept per shape, and shapes vary with the batch.
        EnableMemoryPattern = false,
        LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
    };

    // A library built without the provider lacks its entry point; one built with it says what the device lacks.
    private static bool IsNoDevice(Exception error) => error is OnnxRuntimeException or EntryPointNotFoundException;

    private static string FirstLine(string text) => text.AsSpan().Trim().IndexOf('\n') is var end and >= 0 ? text[..end] : text;
}
