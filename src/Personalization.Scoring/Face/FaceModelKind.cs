using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Batching;
using Personalization.Scoring.Lifecycle;

namespace Personalization.Scoring.Face;

/// <summary>What versions of the face model have in common.</summary>
internal static class FaceModelKind
{
    /// <summary>How versions are loaded and compared.</summary>
    public static ModelKind<FaceCrop, FaceReading> Of(ScoringOptions options) => new(
        ModelNames.Face, path => Load(path, options), [Blank(), Blank()], Impress);

    private static LoadedModel<FaceCrop, FaceReading> Load(string path, ScoringOptions options)
    {
        var model = FaceModel.Load(path, options.Device, options.IntraOpThreads, options.GpuMemoryLimitMiB);
        return new(model.Version, model.Onnx.Device, model, setup => new ServedFaceModel(model, setup));
    }

    private static BatchItem<FaceCrop> Blank() => new(
        new FaceCrop(new byte[FaceCrop.MaxSide * FaceCrop.MaxSide], Owner: 0), (int)ScoringLane.Review, Owner: 0, Deadline: null);

    // What a frame would come to that holds nothing but this picture, and the emotion that it shows most.
    private static Impression Impress(FaceReading reading)
    {
        var observation = FaceFusion.Read(new ArFramesPayload([new BlendshapeFrame(0, [], 1) { Face = reading }]));
        var likeliest = 0;
        for (var e = 1; e < EmotionDistribution.Count; e++)
        {
            likeliest = reading.Emotions[e] > reading.Emotions[likeliest] ? e : likeliest;
        }

        return new Impression(observation?.Valence ?? 0, observation?.Arousal ?? 0, likeliest);
    }
}
