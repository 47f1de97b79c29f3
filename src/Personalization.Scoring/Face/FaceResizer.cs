using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Face;

/// <summary>
/// Makes pictures smaller by area: each pixel is the mean of what it covers, edges counted by their share. Nothing is lost
/// between samples and nothing rings, and the trainer does the same. Used by one thread at a time.
/// </summary>
internal sealed class FaceResizer(int side)
{
    private readonly float[] _rows = new float[side * FaceCrop.MaxSide];

    /// <summary>Writes the picture, <c>side</c> pixels a side, as grey levels of 0 to 255.</summary>
    /// <param name="from">The picture, row by row.</param>
    /// <param name="fromSide">Its side in pixels, not less than <c>side</c>.</param>
    /// <param name="to"><c>side</c> × <c>side</c> places.</param>
    public void Resize(ReadOnlySpan<byte> from, int fromSide, Span<float> to)
    {
        var step = (double)fromSide / side;
        for (var i = 0; i < side; i++)
        {
            var row = _rows.AsSpan(i * fromSide, fromSide);
            row.Clear();
            var span = new Coverage(i, step, fromSide);
            for (var y = span.First; y <= span.Last; y++)
            {
                Add(row, from.Slice(y * fromSide, fromSide), span.Of(y));
            }
        }

        for (var j = 0; j < side; j++)
        {
            var span = new Coverage(j, step, fromSide);
            for (var i = 0; i < side; i++)
            {
                var sum = 0f;
                for (var x = span.First; x <= span.Last; x++)
                {
                    sum += span.Of(x) * _rows[i * fromSide + x];
                }

                to[i * side + j] = sum;
            }
        }
    }

    /// <summary>Forgets the last picture.</summary>
    public void Forget() => _rows.AsSpan().Clear();

    private static void Add(Span<float> row, ReadOnlySpan<byte> pixels, float weight)
    {
        for (var x = 0; x < row.Length; x++)
        {
            row[x] += weight * pixels[x];
        }
    }

    // What one pixel of the small picture covers of the large one, along one axis.
    private readonly struct Coverage(int place, double step, int length)
    {
        private readonly double _from = place * step;
        private readonly double _to = (place + 1) * step;

        public int First { get; } = (int)(place * step);

        // A hair less than the end: what it only touches it does not cover.
        public int Last { get; } = Math.Min(length - 1, (int)Math.Ceiling((place + 1) * step - 1e-9) - 1);

        public float Of(int pixel) => (float)((Math.Min(_to, pixel + 1) - Math.Max(_from, pixel)) / step);
    }
}
