using System.Runtime.CompilerServices;

namespace Personalization.Domain.Recommendations.Policies;

/// <summary>
/// The grid that features lie on: multiples of 1/64 in [−2, 127/64]. What a decision was scored with is then one byte per
/// feature and is learned from bit for bit, without a look-up of what the catalogue or the profile were at the time.
/// </summary>
public static class FeatureGrid
{
    /// <summary>Steps per unit.</summary>
    public const int Steps = 64;

    /// <summary>The largest value.</summary>
    public const float Max = 127f / Steps;

    /// <summary>The smallest value.</summary>
    public const float Min = -128f / Steps;

    // Adding 3·2¹⁶ leaves a float32 no bits below 1/64, so that the hardware rounds to the grid.
    private const float Rounder = 196608f;

    /// <summary>The nearest value on the grid; not-a-number becomes 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Snap(float value) => float.IsNaN(value) ? 0 : Math.Clamp(value, Min, Max) + Rounder - Rounder;

    /// <summary>The nearest value on the grid to a number that is known to be finite and in range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float SnapBounded(float value) => value + Rounder - Rounder;

    /// <summary>A value on the grid as one byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static sbyte Pack(float snapped) => (sbyte)(snapped * Steps);

    /// <summary>The value of a byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Unpack(sbyte packed) => packed * (1f / Steps);

    /// <summary>Packs values that lie on the grid.</summary>
    public static void Pack(ReadOnlySpan<float> snapped, Span<sbyte> packed)
    {
        for (var i = 0; i < snapped.Length; i++)
        {
            packed[i] = Pack(snapped[i]);
        }
    }

    /// <summary>Unpacks values.</summary>
    public static void Unpack(ReadOnlySpan<sbyte> packed, Span<float> values)
    {
        for (var i = 0; i < packed.Length; i++)
        {
            values[i] = Unpack(packed[i]);
        }
    }
}
