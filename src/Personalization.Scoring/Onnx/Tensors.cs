using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Personalization.Scoring.Onnx;

/// <summary>Tensors over buffers that a runner owns: nothing is copied, and only the tensor itself is let go.</summary>
internal static class Tensors
{
    // What kernels align their own buffers to.
    private const int Alignment = 64;

    /// <summary>
    /// A buffer that stays where it is, aligned as the runtime aligns its own: kernels add up what lies askew in another order,
    /// and the same input would come to another last digit in another buffer.
    /// </summary>
    public static Memory<T> Buffer<T>(int length)
        where T : unmanaged
    {
        var size = Unsafe.SizeOf<T>();
        var array = GC.AllocateArray<T>(length + (Alignment / size), pinned: true);
        var askew = (int)(Marshal.UnsafeAddrOfPinnedArrayElement(array, 0) % Alignment);
        return array.AsMemory((Alignment - askew) % Alignment / size, length);
    }

    /// <summary>Lays a tensor over the first so many values of a buffer.</summary>
    public static OrtValue Over<T>(Memory<T> buffer, int length, long[] shape)
        where T : unmanaged =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, buffer[..length], shape);

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
