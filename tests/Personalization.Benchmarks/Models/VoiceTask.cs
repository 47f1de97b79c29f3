using Personalization.Benchmarks.Reporting;
using Personalization.Domain.Scoring;
using Personalization.LoadTest.Measuring;
using Personalization.Scoring;
using Personalization.Scoring.Voice;

namespace Personalization.Benchmarks.Models;

/// <summary>How excited and how pleased a voice was acted. Segments without speech in them are left out, as in serving.</summary>
internal sealed class VoiceTask : IModelTask
{
    public async Task<IEnumerable<Figure>> RunAsync(string set, BenchOptions options)
    {
        var all = LabelledVoices.Read(set);
        var heard = all.Select(static voice => (Voice: voice, Quality: ProsodyRules.Quality(voice.Heard))).Where(static each => each.Quality > 0).ToArray();
        if (heard.Length == 0)
        {
            throw new InvalidDataException($"{set}: there is speech in none of its recordings.");
        }

        var serving = new ScoringOptions();
        using var model = VoiceModel.Load(serving.FullVoiceModelPath, options.Device, serving.IntraOpThreads);
        await using var readings = new Readings<VoiceJob, VoiceReading>(() => new VoiceBatchRunner(model));
        var said = await readings.ReadAsync(heard.Select(static each => new VoiceJob(each.Voice.Heard.Functionals.Values, each.Quality, [], 0)));
        var (arousal, valence, served) = (new Classification(2), new Classification(3), new List<(float, bool)>());
        foreach (var ((voice, quality), reading) in heard.Zip(said))
        {
            float[] valences = [reading.Negative, reading.Neutral, reading.Positive];
            arousal.Add(voice.Arousal, [1 - reading.Aroused, reading.Aroused]);
            valence.Add(voice.Valence, valences);

            // One confidence for both questions: it is held against each.
            var confidence = reading.Served(model.ConfidenceCap, quality);
            served.Add((confidence, reading.Aroused > 0.5f == (voice.Arousal == 1)));
            served.Add((confidence, Array.IndexOf(valences, valences.Max()) == voice.Valence));
        }

        var (figures, confidences) = (new ModelFigures(set, model.Version, Console.Error), new BinaryScores(served));
        figures.Draw("voice: confidence as served (said) beside how often arousal and valence are right (right)", confidences.Reliability());
        return
        [
            figures.Of("voice confidence as served, mean", served.Average(static each => each.Item1), served.Count),
            figures.Of("voice calibration_error of the confidence as served", confidences.CalibrationError, served.Count),
            figures.Of("voice readable", (double)heard.Length / all.Count, all.Count),
            .. figures.Of("arousal", arousal, ["low", "high"]),
            .. figures.Of("valence", valence, ["negative", "neutral", "positive"]),
        ];
    }
}
