namespace Personalization.Domain.Scoring.Voice;

/// <summary>A segment's frames with what of them is speech and what is voiced.</summary>
internal sealed class VoiceSegment
{
    private readonly AcousticFrames _frames;

    public VoiceSegment(AcousticFrames frames, List<int> speech)
    {
        (_frames, Speech) = (frames, speech);
        Voiced = speech.FindAll(i => frames.Voicing[i] >= AcousticFrames.VoicedCorrelation);
        SpeechRuns = Runs(Speech);
        VoicedRuns = Runs(Voiced);
    }

    public VoiceSpectra Spectra => _frames.Spectra;

    public int Count => _frames.Count;

    public float Seconds => Count * AcousticFrames.HopSeconds;

    /// <summary>The frames that are speech, ascending.</summary>
    public List<int> Speech { get; }

    /// <summary>The speech frames that are voiced, ascending.</summary>
    public List<int> Voiced { get; }

    /// <summary>Unbroken runs of speech: first place in <see cref="Speech"/>, and length.</summary>
    public List<(int First, int Count)> SpeechRuns { get; }

    /// <summary>Unbroken runs of voice: first place in <see cref="Voiced"/>, and length.</summary>
    public List<(int First, int Count)> VoicedRuns { get; }

    public float[] SpeechTimes => Times(Speech);

    public float[] VoicedTimes => Times(Voiced);

    /// <summary>A contour's values in speech.</summary>
    public float[] OverSpeech(float[] contour) => Over(Speech, contour);

    /// <summary>A contour's values where voiced.</summary>
    public float[] OverVoiced(float[] contour) => Over(Voiced, contour);

    /// <summary>How long runs last, in seconds.</summary>
    public float[] RunLengths(List<(int First, int Count)> runs) => [.. runs.Select(static run => run.Count * AcousticFrames.HopSeconds)];

    /// <summary>
    /// The pitch of the voiced frames in semitones over a reference. The middle of three within a run: a single frame an
    /// octave off is an error of the tracker.
    /// </summary>
    public float[] SmoothPitch(float referenceHz)
    {
        var pitch = OverVoiced(_frames.PitchHz);
        for (var i = 0; i < pitch.Length; i++)
        {
            pitch[i] = 12 * MathF.Log2(pitch[i] / referenceHz);
        }

        var smooth = (float[])pitch.Clone();
        foreach (var (first, count) in VoicedRuns)
        {
            for (var i = first + 1; i < first + count - 1; i++)
            {
                float a = pitch[i - 1], b = pitch[i], c = pitch[i + 1];
                smooth[i] = Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
            }
        }

        return smooth;
    }

    /// <summary>Harmonics over noise in dB, from the correlation at the pitch's lag (Boersma 1993).</summary>
    public float[] Harmonicity()
    {
        var ratio = new float[Count];
        for (var i = 0; i < ratio.Length; i++)
        {
            var periodic = Math.Clamp(_frames.Voicing[i], 0.01f, 0.999f);
            ratio[i] = 10 * MathF.Log10(periodic / (1 - periodic));
        }

        return ratio;
    }

    /// <summary>Change of the period from frame to frame within runs, as a share of it: what of jitter frames can show.</summary>
    public float[] Jitter() => Changes(static (frames, before, now) =>
        Math.Abs(frames.PitchHz[now] - frames.PitchHz[before]) / Math.Max(1, Math.Max(frames.PitchHz[now], frames.PitchHz[before])));

    /// <summary>Change of the level from frame to frame within runs, in dB: what of shimmer frames can show.</summary>
    public float[] Shimmer() => Changes(static (frames, before, now) =>
        Math.Abs(frames.Spectra.LevelDb[now] - frames.Spectra.LevelDb[before]));

    /// <summary>The level over the mean power in speech, in dB, floored 60 dB below it.</summary>
    public float[] RelativeLevel()
    {
        double power = 0;
        foreach (var i in Speech)
        {
            power += Math.Pow(10, Spectra.LevelDb[i] / 10);
        }

        var mean = (float)(10 * Math.Log10(power / Speech.Count));
        return [.. Spectra.LevelDb.Select(level => Math.Max(SpeechGate.SilenceDb, level - mean))];
    }

    /// <summary>The heights of the humps of the level, smoothed over 50 ms, that fall by so much before and after.</summary>
    public List<float> Syllables(float[] level, float prominenceDb)
    {
        var heights = new List<float>();
        float valley = SpeechGate.SilenceDb, peak = float.MinValue;
        for (var i = 0; i < level.Length; i++)
        {
            int from = Math.Max(0, i - 2), to = Math.Min(level.Length - 1, i + 2);
            var smooth = Contour.Moments(level.AsSpan(from, to - from + 1)).Mean;
            if (smooth > peak && smooth - valley >= prominenceDb && smooth > SpeechGate.SilenceDb / 2)
            {
                peak = smooth;
            }

            if (peak > float.MinValue && peak - smooth >= prominenceDb)
            {
                heights.Add(peak);
                (valley, peak) = (smooth, float.MinValue);
            }

            valley = Math.Min(valley, smooth);
        }

        if (peak > float.MinValue)
        {
            heights.Add(peak);
        }

        return heights;
    }

    /// <summary>How much of the level's movement is at one rhythm: amplitude over standard deviation.</summary>
    public float Modulation(float[] level, float hertz)
    {
        var (mean, deviation) = Contour.Moments(level);
        double cos = 0, sin = 0;
        for (var i = 0; i < level.Length; i++)
        {
            var angle = 2 * Math.PI * hertz * AcousticFrames.HopSeconds * i;
            cos += (level[i] - mean) * Math.Cos(angle);
            sin += (level[i] - mean) * Math.Sin(angle);
        }

        return deviation <= 0 ? 0 : (float)(2 * Math.Sqrt(cos * cos + sin * sin) / level.Length / deviation);
    }

    /// <summary>Natural logarithms of the mel bands over the mean band in speech, floored at a share of it.</summary>
    public float[] LogBands(float floor)
    {
        double sum = 0;
        foreach (var i in Speech)
        {
            foreach (var band in Spectra.Bands.AsSpan(i * MelBands.Count, MelBands.Count))
            {
                sum += band;
            }
        }

        var mean = (float)(sum / (Speech.Count * MelBands.Count));
        var logarithms = new float[Spectra.Bands.Length];
        for (var i = 0; i < logarithms.Length && mean > 0; i++)
        {
            logarithms[i] = MathF.Log(Math.Max(floor, Spectra.Bands[i] / mean));
        }

        return logarithms;
    }

    /// <summary>One cepstral coefficient of each frame.</summary>
    public float[] Coefficient(float[] logBands, int number)
    {
        var values = new float[Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = MelBands.Coefficient(logBands.AsSpan(i * MelBands.Count, MelBands.Count), number);
        }

        return values;
    }

    /// <summary>The slope over five frames around each, per frame (the regression of the HTK Book, section 5.9).</summary>
    public static float[] Deltas(float[] values)
    {
        var deltas = new float[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            float At(int k) => values[Math.Clamp(k, 0, values.Length - 1)];
            deltas[i] = (At(i + 1) - At(i - 1) + 2 * (At(i + 2) - At(i - 2))) / 10;
        }

        return deltas;
    }

    private float[] Changes(Func<AcousticFrames, int, int, float> change)
    {
        var changes = new List<float>(Voiced.Count);
        foreach (var (first, count) in VoicedRuns)
        {
            for (var i = first + 1; i < first + count; i++)
            {
                changes.Add(change(_frames, Voiced[i - 1], Voiced[i]));
            }
        }

        return [.. changes];
    }

    private static float[] Over(List<int> frames, float[] contour)
    {
        var values = new float[frames.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = contour[frames[i]];
        }

        return values;
    }

    private static float[] Times(List<int> frames) => [.. frames.Select(static i => i * AcousticFrames.HopSeconds)];

    private static List<(int First, int Count)> Runs(List<int> frames)
    {
        var runs = new List<(int First, int Count)>();
        for (int first = 0, i = 1; i <= frames.Count; i++)
        {
            if (i == frames.Count || frames[i] != frames[i - 1] + 1)
            {
                if (i > first)
                {
                    runs.Add((first, i - first));
                }

                first = i;
            }
        }

        return runs;
    }
}
