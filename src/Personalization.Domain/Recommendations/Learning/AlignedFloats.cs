using System.Runtime.InteropServices;

namespace Personalization.Domain.Recommendations.Learning;

/// <summary>Zeros that start on a cache line and stay there: a vector load then never touches two lines.</summary>
internal sealed class AlignedFloats
{
    private const int LineBytes = 64;
    private readonly float[] _array;
    private readonly int _start;

    /// <summary>Zeros.</summary>
    /// <param name="length">How many.</param>
    public AlignedFloats(int length)
    {
        Length = length;
        _array = GC.AllocateArray<float>(length + (LineBytes / sizeof(float)), pinned: true);
        var past = (int)(Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0) % LineBytes);
        _start = past == 0 ? 0 : (LineBytes - past) / sizeof(float);
    }

    /// <summary>How many values there are.</summary>
    public int Length { get; }

    /// <summary>The values.</summary>
    public Span<float> Span => _array.AsSpan(_start, Length);

    /// <summary>The first value.</summary>
    public ref float First => ref _array[_start];

    /// <summary>The smallest multiple of a vector's width, in floats, that holds a length.</summary>
    public static int Padded(int length, int width) => (length + width - 1) / width * width;
}
