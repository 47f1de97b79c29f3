using CsCheck;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Face;

namespace Personalization.Scoring.Tests.Face;

public sealed class FaceResizerTests
{
    private static readonly Gen<byte[]> _pictures = Gen.Int[FaceCrop.MinSide, FaceCrop.MaxSide].SelectMany(side => Gen.Byte.Array[side * side]);

    [Fact]
    public void Resize_ToTheSameSize_ChangesNothing() =>
        Gen.Byte.Array[48 * 48].Sample(picture => Assert.Equal(picture, Resized(picture).Select(static p => (byte)Math.Round(p))));

    [Fact]
    public void Resize_AnyPicture_KeepsItsMeanAndRange() =>
        _pictures.Sample(picture =>
        {
            var small = Resized(picture);

            Assert.Equal(picture.Average(static p => (double)p), small.Average(static p => (double)p), 0.01);
            Assert.All(small, static p => Assert.InRange(p, -0.01f, 255.01f));
        });

    [Fact]
    public void Resize_ToHalfASide_IsTheMeanOfFour()
    {
        var picture = new byte[96 * 96];
        (picture[0], picture[1], picture[96], picture[97]) = (10, 20, 30, 40);

        var small = Resized(picture);

        Assert.Equal(25, small[0], 1e-3f);
        Assert.All(small.Skip(1), static p => Assert.Equal(0, p));
    }

    [Fact]
    public void Resize_Twice_LeavesNothingOfTheFirst() =>
        Gen.Select(_pictures, _pictures).Sample((first, second) =>
        {
            var resizer = new FaceResizer(48);
            var small = new float[48 * 48];
            resizer.Resize(first, FaceCrop.SideOf(first.Length), small);
            resizer.Resize(second, FaceCrop.SideOf(second.Length), small);

            Assert.Equal(Resized(second), small);
        });

    private static float[] Resized(byte[] picture)
    {
        var small = new float[48 * 48];
        new FaceResizer(48).Resize(picture, FaceCrop.SideOf(picture.Length), small);
        return small;
    }
}
