using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.LoadTest.Measuring;
using Personalization.Scoring;
using Personalization.Scoring.Face;
using Personalization.Scoring.Onnx;

namespace Personalization.Benchmarks.Scoring;

/// <summary>Grey pictures of every size that is taken, showing nobody: what the network costs does not depend on what it sees.</summary>
internal sealed class FaceLoad : ModelLoad<FaceCrop, FaceReading>
{
    private const int Pictures = 512;

    private readonly FaceModel _model;

    private FaceLoad(FaceModel model, int seed)
        : base(model.Onnx, () => new FaceBatchRunner(model), Crops(seed)) => _model = model;

    public static FaceLoad Load(ScoringDevice device, int seed)
    {
        var options = new ScoringOptions();
        return new FaceLoad(FaceModel.Load(options.FullFaceModelPath, device, options.IntraOpThreads), seed);
    }

    /// <summary>The pictures at the size that the network reads.</summary>
    public override BareSession Bare(int batch) =>
        new(_model.Onnx, [FaceModel.FacesInput], FaceModel.Outputs, Inputs.Chunk(batch).Select(Lay));

    private LaidBatch Lay(FaceCrop[] crops)
    {
        var (side, resizer) = (_model.Side, new FaceResizer(_model.Side));
        var faces = new float[crops.Length * side * side];
        for (var i = 0; i < crops.Length; i++)
        {
            var crop = crops[i].Pixels.Span;
            resizer.Resize(crop, FaceCrop.SideOf(crop.Length), faces.AsSpan(i * side * side, side * side));
        }

        return new LaidBatch([Tensors.Over(faces, faces.Length, [crops.Length, 1, side, side])], crops.Length);
    }

    // Waves of light and dark with noise in them.
    private static FaceCrop[] Crops(int seed) => [.. Enumerable.Range(0, Pictures).Select(n =>
    {
        var rng = Rng.For(seed, "pictures", n);
        var side = FaceCrop.MinSide + rng.Next(FaceCrop.MaxSide - FaceCrop.MinSide + 1);
        var (across, down) = (rng.NextDouble(), rng.NextDouble());
        var pixels = new byte[side * side];
        for (var i = 0; i < pixels.Length; i++)
        {
            var wave = Math.Sin((across * (i % side)) + (down * (i / side)));
            pixels[i] = (byte)(128 + (80 * wave) + (40 * rng.NextDouble()));
        }

        return new FaceCrop(pixels, (ulong)n);
    })];
}
