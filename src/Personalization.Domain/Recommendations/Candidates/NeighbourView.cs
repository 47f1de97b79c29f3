using System.Runtime.InteropServices;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>A product's neighbours, strongest first, and what comes directly after it, likeliest first, by product number.</summary>
/// <remarks>
/// One array holds it all: how many neighbours, their numbers, their scores, then next steps and their chances. Under load the
/// graph replaces thousands of rows a second, and a collector's pauses grow with the objects that live.
/// </remarks>
internal readonly struct NeighbourView
{
    private readonly int[] _packed;

    private NeighbourView(int[] packed) => _packed = packed;

    /// <summary>The neighbours, strongest first.</summary>
    public ReadOnlySpan<int> Items => _packed.AsSpan(1, _packed[0]);

    /// <summary>How strongly each goes with the product; as many.</summary>
    public ReadOnlySpan<float> Scores => MemoryMarshal.Cast<int, float>(_packed.AsSpan(1 + _packed[0], _packed[0]));

    /// <summary>What comes directly after the product, likeliest first.</summary>
    public ReadOnlySpan<int> Next => _packed.AsSpan(NextAt, NextCount);

    /// <summary>The chance of each; as many.</summary>
    public ReadOnlySpan<float> Chances => MemoryMarshal.Cast<int, float>(_packed.AsSpan(NextAt + NextCount));

    private int NextAt => 1 + (2 * _packed[0]);

    private int NextCount => (_packed.Length - NextAt) / 2;

    /// <summary>The view of a packed row; null for none.</summary>
    public static NeighbourView? Of(int[]? packed) => packed is null ? null : new NeighbourView(packed);

    /// <summary>Packs a row.</summary>
    /// <param name="items">The neighbours' numbers.</param>
    /// <param name="scores">As many scores.</param>
    /// <param name="next">The next steps' numbers.</param>
    /// <param name="chances">As many chances.</param>
    public static int[] Pack(ReadOnlySpan<int> items, ReadOnlySpan<float> scores, ReadOnlySpan<int> next, ReadOnlySpan<float> chances)
    {
        var packed = GC.AllocateUninitializedArray<int>(1 + (2 * items.Length) + (2 * next.Length));
        packed[0] = items.Length;
        var rest = packed.AsSpan(1);
        items.CopyTo(rest);
        MemoryMarshal.Cast<float, int>(scores).CopyTo(rest = rest[items.Length..]);
        next.CopyTo(rest = rest[items.Length..]);
        MemoryMarshal.Cast<float, int>(chances).CopyTo(rest[next.Length..]);
        return packed;
    }
}
