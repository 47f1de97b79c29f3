using System.Runtime.CompilerServices;
using Personalization.Domain.Ingestion;

namespace Personalization.Domain.Scoring;

/// <summary>
/// The action units of the Facial Action Coding System (Ekman, Friesen, Hager 2002) that blendshape coefficients show,
/// each [0, 1]; paired muscles are the mean of both sides.
/// </summary>
internal readonly struct ActionUnits
{
    /// <summary>Reads the units out of 52 coefficients.</summary>
    public ActionUnits(ReadOnlySpan<float> c)
    {
        InnerBrow = c[(int)Blendshape.BrowInnerUp];
        OuterBrow = Both(c, Blendshape.BrowOuterUpLeft, Blendshape.BrowOuterUpRight);
        BrowLowerer = Both(c, Blendshape.BrowDownLeft, Blendshape.BrowDownRight);
        UpperLid = Both(c, Blendshape.EyeWideLeft, Blendshape.EyeWideRight);
        Cheek = Both(c, Blendshape.CheekSquintLeft, Blendshape.CheekSquintRight);
        LidTightener = Both(c, Blendshape.EyeSquintLeft, Blendshape.EyeSquintRight);
        NoseWrinkler = Both(c, Blendshape.NoseSneerLeft, Blendshape.NoseSneerRight);
        UpperLip = Both(c, Blendshape.MouthUpperUpLeft, Blendshape.MouthUpperUpRight);
        LipCorner = Both(c, Blendshape.MouthSmileLeft, Blendshape.MouthSmileRight);
        Dimpler = Both(c, Blendshape.MouthDimpleLeft, Blendshape.MouthDimpleRight);
        LipCornerDepressor = Both(c, Blendshape.MouthFrownLeft, Blendshape.MouthFrownRight);
        LowerLip = Both(c, Blendshape.MouthLowerDownLeft, Blendshape.MouthLowerDownRight);
        LipStretcher = Both(c, Blendshape.MouthStretchLeft, Blendshape.MouthStretchRight);
        LipPressor = Both(c, Blendshape.MouthPressLeft, Blendshape.MouthPressRight);
        Jaw = c[(int)Blendshape.JawOpen];
        OneSidedCorner = Math.Max(
            Apart(c, Blendshape.MouthSmileLeft, Blendshape.MouthSmileRight),
            Apart(c, Blendshape.MouthDimpleLeft, Blendshape.MouthDimpleRight));
    }

    /// <summary>AU 1.</summary>
    public float InnerBrow { get; }

    /// <summary>AU 2.</summary>
    public float OuterBrow { get; }

    /// <summary>AU 4.</summary>
    public float BrowLowerer { get; }

    /// <summary>AU 5.</summary>
    public float UpperLid { get; }

    /// <summary>AU 6.</summary>
    public float Cheek { get; }

    /// <summary>AU 7.</summary>
    public float LidTightener { get; }

    /// <summary>AU 9.</summary>
    public float NoseWrinkler { get; }

    /// <summary>AU 10.</summary>
    public float UpperLip { get; }

    /// <summary>AU 12.</summary>
    public float LipCorner { get; }

    /// <summary>AU 14.</summary>
    public float Dimpler { get; }

    /// <summary>AU 15.</summary>
    public float LipCornerDepressor { get; }

    /// <summary>AU 16.</summary>
    public float LowerLip { get; }

    /// <summary>AU 20.</summary>
    public float LipStretcher { get; }

    /// <summary>AU 23 and 24, which the coefficients do not tell apart.</summary>
    public float LipPressor { get; }

    /// <summary>AU 26.</summary>
    public float Jaw { get; }

    /// <summary>AU 12 or 14 on one side only: how far apart the sides are.</summary>
    public float OneSidedCorner { get; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Both(ReadOnlySpan<float> c, Blendshape left, Blendshape right) => (c[(int)left] + c[(int)right]) * 0.5f;

    private static float Apart(ReadOnlySpan<float> c, Blendshape left, Blendshape right) => Math.Abs(c[(int)left] - c[(int)right]);
}
