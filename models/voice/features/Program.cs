using System.Globalization;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Domain.Scoring.Voice;
using Personalization.VoiceFeatures;

// voice-features WAV_FOLDER OUT.csv: a line per recording and variant: name, variant, duration, what the rules read
// (arousal, valence, quality), functionals. Lines of made-up sound that is no speech end it, under names that begin with '!'.
if (args.Length != 2 || !Directory.Exists(args[0]))
{
    Console.Error.WriteLine("usage: voice-features WAV_FOLDER OUT.csv");
    return 2;
}

using var output = new StreamWriter(args[1]);
output.WriteLine($"# layout {VoiceFunctionals.Layout}");
output.WriteLine(string.Join(',', ["name", "variant", "ms", "rules_arousal", "rules_valence", "quality", .. VoiceFunctionals.Names]));
foreach (var file in Directory.EnumerateFiles(args[0], "*.wav").Order(StringComparer.Ordinal))
{
    var (samples, rate) = Wav.Read(file);
    foreach (var variant in Variant.All)
    {
        Write(Path.GetFileNameWithoutExtension(file), variant.Name, variant.Of(samples, rate, Path.GetFileName(file)));
    }
}

foreach (var (name, samples) in Probes.All())
{
    Write($"!{name}", "clean", (samples, Probes.RateHz));
}

return 0;

void Write(string name, string variant, (short[] Samples, int Rate) sound)
{
    var voice = AcousticFeatureExtractor.Extract(sound.Samples, sound.Rate);
    var rules = ProsodyRules.Read(voice);
    string[] fields =
    [
        name, variant, $"{voice.DurationMs}", Number(rules.Arousal), Number(rules.Valence), Number(ProsodyRules.Quality(voice)),
        .. voice.Functionals.Values.Select(static value => Number((float)value)),
    ];
    output.WriteLine(string.Join(',', fields));
}

static string Number(float value) => value.ToString("R", CultureInfo.InvariantCulture);
