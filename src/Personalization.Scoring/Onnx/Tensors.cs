using Microsoft.ML.OnnxRuntime;

namespace Personalization.Scoring.Onnx;

/// <summary>Tensors over buffers that a runner owns: nothing is copied, and only the tensor itself is let go.</summary>
internal static class Tensors
{
    /// <summary>Lays a tensor over the first so many values of a buffer.</summary>
    public static OrtValue Over<T>(T[] buffer, int length, long[] shape)
        where T : unmanaged =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, buffer.AsMemory(0, length), shape);

    /// <summary>Lets tensors go; places that have none yet are passed over.</summary>
    public static void Release(OrtValue[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i]?.Dispose();
            values[i] = null!;
        }
    }
}
