using Personalization.Benchmarks.Reporting;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.LoadTest.Measuring;
using Personalization.Scoring;
using Personalization.Scoring.Face;

namespace Personalization.Benchmarks.Models;

/// <summary>Which emotion most of ten people saw in a face. Faces that most could not tell, or call no face, are left out.</summary>
internal sealed class FaceTask : IModelTask
{
    private const int MostAgree = 5;
    // The engine's emotions, in the order of the labels.
    private static readonly Emotion[] Emotions =
        [Emotion.Neutral, Emotion.Joy, Emotion.Surprise, Emotion.Sadness, Emotion.Anger, Emotion.Disgust, Emotion.Fear, Emotion.Contempt];

    public async Task<IEnumerable<Figure>> RunAsync(string set, BenchOptions options)
    {
        var all = LabelledFaces.Read(set, options.Votes);
        var faces = all.Where(static face => face.Majority < LabelledFaces.Emotions).ToArray();
        if (faces.Length == 0)
        {
            throw new InvalidDataException($"{set}: most voters see an emotion in none of its faces.");
        }

        var serving = new ScoringOptions();
        using var model = FaceModel.Load(serving.FullFaceModelPath, options.Device, serving.IntraOpThreads);
        await using var readings = new Readings<FaceCrop, FaceReading>(() => new FaceBatchRunner(model));
        var said = await readings.ReadAsync(faces.Select(static (face, i) => new FaceCrop(face.Pixels, (ulong)i)));
        var (judged, agreed) = (new Classification(Emotions.Length), new Classification(Emotions.Length));
        foreach (var (face, reading) in faces.Zip(said))
        {
            var p = Probabilities(reading);
            judged.Add(face.Majority, p);
            if (face.Votes.Span[face.Majority] > MostAgree)
            {
                agreed.Add(face.Majority, p);
            }
        }

        var figures = new ModelFigures(set, model.Version, Console.Error);
        return
        [
            figures.Of("face with a majority for an emotion", (double)faces.Length / all.Count, all.Count),
            .. figures.Of("face", judged, LabelledFaces.Labels[..LabelledFaces.Emotions]),
            .. agreed.Total == 0 ? [] : new[] { figures.Of("face accuracy where more than five of ten agree", agreed.Accuracy, agreed.Total) },
        ];
    }

    // Of the eight that people were asked for: the engine's other two have no part in it.
    private static float[] Probabilities(FaceReading reading)
    {
        var emotions = reading.Emotions;
        var p = Array.ConvertAll(Emotions, emotion => emotions[(int)emotion]);
        var sum = Math.Max(1e-9f, p.Sum());
        return Array.ConvertAll(p, share => share / sum);
    }
}
