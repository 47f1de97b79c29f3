using System.Buffers.Text;
using System.Security.Cryptography;
using Personalization.Grains.Recommendations;

namespace Personalization.Host.Operations;

/// <summary>Ids of 18 random bytes: nobody can guess the luck of a decision, and none repeats.</summary>
internal sealed class RandomDecisionIds : IDecisionIds
{
    private const int Length = 18;

    // Asking the generator costs the same for a few bytes and for many, and is two microseconds.
    private const int Ahead = 64;

    [ThreadStatic]
    private static byte[]? t_random;

    [ThreadStatic]
    private static int t_left;

    public string Next()
    {
        var random = t_random ??= new byte[Ahead * Length];
        if (t_left == 0)
        {
            RandomNumberGenerator.Fill(random);
            t_left = random.Length;
        }

        t_left -= Length;
        var bytes = random.AsSpan(t_left, Length);
        var id = Base64Url.EncodeToString(bytes);
        bytes.Clear();
        return id;
    }
}
