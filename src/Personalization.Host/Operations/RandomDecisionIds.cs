using System.Buffers.Text;
using System.Security.Cryptography;
using Personalization.Grains.Recommendations;

namespace Personalization.Host.Operations;

/// <summary>Ids of 18 random bytes: nobody can guess the luck of a decision, and none repeats.</summary>
internal sealed class RandomDecisionIds : IDecisionIds
{
    public string Next()
    {
        Span<byte> bytes = stackalloc byte[18];
        RandomNumberGenerator.Fill(bytes);
        return Base64Url.EncodeToString(bytes);
    }
}
