using System.Text;
using System.Text.Json;

namespace Personalization.Scoring.Tests.Text;

/// <summary>The random strings of models/text/golden_tokenizer.py: the same generator, the same strings.</summary>
internal sealed class GoldenStrings(ulong seed, string[] pieces)
{
    public const ulong EmptyDigest = 14695981039346656037;
    private const ulong Prime = 1099511628211;
    private ulong _state = seed;

    public string Next()
    {
        var text = new StringBuilder();
        var parts = Below(12);
        for (var i = 0; i < parts; i++)
        {
            switch (Below(10))
            {
                case < 4:
                    text.Append(pieces[Below((ulong)pieces.Length)]);
                    break;
                case < 6:
                    text.Append(' ');
                    break;
                case < 8:
                    Append(text, 0x20 + Below(0x60));
                    break;
                case < 9:
                    Append(text, Below(0x3000));
                    break;
                default:
                    Append(text, Below(0x110000));
                    break;
            }
        }

        return text.ToString();
    }

    public static ulong Digest(ulong digest, int[] values)
    {
        foreach (var value in values)
        {
            digest = (digest ^ (uint)value) * Prime;
        }

        return (digest ^ 0xFFFFFFFF) * Prime;
    }

    /// <summary>A piece as written, lone surrogates included, which the parser would refuse.</summary>
    public static string PieceOf(JsonElement element)
    {
        var raw = element.GetRawText()[1..^1];
        var text = new StringBuilder();
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\')
            {
                text.Append(raw[i]);
            }
            else if (raw[++i] == 'u')
            {
                text.Append((char)Convert.ToInt32(raw.Substring(i + 1, 4), 16));
                i += 4;
            }
            else
            {
                text.Append(raw[i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', var other => other });
            }
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, int code)
    {
        // Surrogates stand alone here: they are code units, no characters.
        if (code is >= 0xD800 and <= 0xDFFF)
        {
            text.Append((char)code);
        }
        else
        {
            text.Append(char.ConvertFromUtf32(code));
        }
    }

    // SplitMix64 (Steele, Lea, Flood 2014).
    private int Below(ulong n)
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)((z ^ (z >> 31)) % n);
    }
}
