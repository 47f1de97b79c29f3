using Personalization.Domain.Ingestion;

namespace Personalization.Domain.Scoring;

/// <summary>Looks at pictures of faces. It keeps nothing of them.</summary>
public interface IFaceReader
{
    /// <summary>Looks at some pictures together, as urgently as a live try-on wants it.</summary>
    /// <param name="crops">The pictures.</param>
    /// <param name="deadline">When an answer is of no use any more.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>
    /// One reading per picture, in the same order; null for one that was not looked at: no model is loaded, it had no time,
    /// or it failed. Never throws for what a picture shows.
    /// </returns>
    ValueTask<FaceReading?[]> ReadFacesAsync(IReadOnlyList<FaceCrop> crops, DateTimeOffset deadline, CancellationToken cancellationToken);
}

/// <summary>A picture of one face.</summary>
/// <param name="Pixels">Grey levels, row by row, of a square.</param>
/// <param name="Owner">Whose it is, as a hash: keeps lanes fair between users.</param>
public readonly record struct FaceCrop(ReadOnlyMemory<byte> Pixels, ulong Owner)
{
    /// <summary>The shortest side that is taken, in pixels: what models of faces are trained on.</summary>
    public const int MinSide = 48;

    /// <summary>The longest side that is taken, in pixels.</summary>
    public const int MaxSide = 112;

    /// <summary>The side of a square of so many pixels; 0 when they make none, or one that is not taken.</summary>
    public static int SideOf(int pixels)
    {
        var side = (int)Math.Sqrt(pixels);
        return side * side == pixels && side is >= MinSide and <= MaxSide ? side : 0;
    }
}
