namespace Personalization.Domain.Scoring.Voice;

/// <summary>
/// The power spectrum of 25 ms at 16 kHz under a Hann window, by a radix-2 transform (Cooley and Tukey 1965) of half the
/// length: even samples are taken as real and odd ones as imaginary parts, and told apart again afterwards.
/// </summary>
internal sealed class PowerSpectrum
{
    /// <summary>Samples of a frame.</summary>
    public const int FrameSize = 400;

    /// <summary>Bins from 0 Hz to half the rate, both included.</summary>
    public const int Bins = Size / 2 + 1;

    /// <summary>From one bin to the next.</summary>
    public const float HertzPerBin = (float)Resampler.RateHz / Size;

    private const int Size = 512;
    private const int Half = Size / 2;

    private static readonly float[] _window = Window();
    // The angles of the whole length: those of the half length are every other one.
    private static readonly (float Cos, float Sin)[] _turns = Turns();

    private readonly float[] _re = new float[Half];
    private readonly float[] _im = new float[Half];

    /// <summary>Computes the power of each bin.</summary>
    /// <param name="frame"><see cref="FrameSize"/> samples.</param>
    /// <param name="power"><see cref="Bins"/> places.</param>
    public void Of(ReadOnlySpan<float> frame, Span<float> power)
    {
        Load(frame);
        Transform();
        for (var k = 0; k <= Half / 2; k++)
        {
            Separate(k, power);
        }
    }

    private void Load(ReadOnlySpan<float> frame)
    {
        for (int i = 0, j = 0; i < Half; i++)
        {
            var even = 2 * i < FrameSize ? frame[2 * i] * _window[2 * i] : 0;
            var odd = 2 * i + 1 < FrameSize ? frame[2 * i + 1] * _window[2 * i + 1] : 0;
            (_re[j], _im[j]) = (even, odd);
            // j counts in reversed bits.
            var bit = Half >> 1;
            for (; (j & bit) != 0; bit >>= 1)
            {
                j ^= bit;
            }

            j |= bit;
        }
    }

    private void Transform()
    {
        for (var size = 2; size <= Half; size *= 2)
        {
            var step = Size / size;
            for (var start = 0; start < Half; start += size)
            {
                for (var k = 0; k < size / 2; k++)
                {
                    var (cos, sin) = _turns[k * step];
                    int a = start + k, b = a + size / 2;
                    var re = _re[b] * cos - _im[b] * sin;
                    var im = _re[b] * sin + _im[b] * cos;
                    (_re[b], _im[b]) = (_re[a] - re, _im[a] - im);
                    (_re[a], _im[a]) = (_re[a] + re, _im[a] + im);
                }
            }
        }
    }

    // X[k] = E[k] + turn·O[k] and X[half − k] = conj(E[k] − turn·O[k]), E and O being the transforms of even and odd samples.
    private void Separate(int k, Span<float> power)
    {
        var mirror = (Half - k) % Half;
        float evenRe = (_re[k] + _re[mirror]) / 2, evenIm = (_im[k] - _im[mirror]) / 2;
        float oddRe = (_im[k] + _im[mirror]) / 2, oddIm = (_re[mirror] - _re[k]) / 2;
        var (cos, sin) = _turns[k];
        float re = oddRe * cos - oddIm * sin, im = oddRe * sin + oddIm * cos;
        power[k] = Squared(evenRe + re, evenIm + im);
        power[Half - k] = Squared(evenRe - re, evenIm - im);
    }

    private static float Squared(float re, float im) => re * re + im * im;

    private static float[] Window()
    {
        var window = new float[FrameSize];
        for (var i = 0; i < FrameSize; i++)
        {
            window[i] = (float)(0.5 - 0.5 * Math.Cos(2 * Math.PI * i / (FrameSize - 1)));
        }

        return window;
    }

    private static (float, float)[] Turns()
    {
        var turns = new (float, float)[Half];
        for (var k = 0; k < Half; k++)
        {
            var angle = -2 * Math.PI * k / Size;
            turns[k] = ((float)Math.Cos(angle), (float)Math.Sin(angle));
        }

        return turns;
    }
}
