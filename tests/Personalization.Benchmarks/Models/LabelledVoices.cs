using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;

namespace Personalization.Benchmarks.Models;

/// <summary>A recording, as the door hears it, and what its speaker acted.</summary>
/// <param name="Heard">What the engine measures of it.</param>
/// <param name="Arousal">0 low, 1 high.</param>
/// <param name="Valence">0 negative, 1 neutral, 2 positive.</param>
internal readonly record struct LabelledVoice(VoicePayload Heard, int Arousal, int Valence);

/// <summary>
/// Reads a folder of recordings named as those of EmoDB are: two characters for the speaker, three for the sentence, then
/// the emotion's letter. Arousal after Schuller et al. 2009, "Acoustic emotion recognition: a benchmark comparison of
/// performances": high for anger, fear and happiness.
/// </summary>
internal static class LabelledVoices
{
    private const int EmotionAt = 5;
    // Anger, boredom, disgust, fear, happiness, sadness, neutral: the first letters of their German names.
    private const string Letters = "WLEAFTN";
    private const string High = "WAF";

    /// <summary>The recordings of a folder, in the order of their names.</summary>
    /// <exception cref="InvalidDataException">There is none, or one is not as it must be; says which.</exception>
    public static IReadOnlyList<LabelledVoice> Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new InvalidDataException($"{folder}: there is no such folder; voice takes a folder of wav files.");
        }

        var files = Directory.GetFiles(folder, "*.wav");
        return files.Length > 0
            ? [.. files.Order(StringComparer.Ordinal).Select(Hear)]
            : throw new InvalidDataException($"{folder}: there is no wav file in it.");
    }

    private static LabelledVoice Hear(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var letter = name.Length > EmotionAt ? name[EmotionAt] : ' ';
        if (!Letters.Contains(letter, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{file}: the sixth character of its name must be one of {Letters}, the emotion.");
        }

        var (pcm, rate) = WavFile.Read(file);
        try
        {
            var heard = AcousticFeatureExtractor.Extract(pcm, rate);
            return new LabelledVoice(heard, High.Contains(letter, StringComparison.Ordinal) ? 1 : 0, letter == 'F' ? 2 : letter == 'N' ? 1 : 0);
        }
        catch (ArgumentException problem)
        {
            throw new InvalidDataException($"{file}: {problem.Message}", problem);
        }
    }
}
