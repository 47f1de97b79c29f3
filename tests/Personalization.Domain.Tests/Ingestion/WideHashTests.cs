using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Personalization.Domain.Ingestion;

namespace Personalization.Domain.Tests.Ingestion;

public sealed class WideHashTests
{
    [Fact]
    public void Of_TheReferenceSuitesKeys_GivesItsPublishedVerificationValue()
    {
        // The reference test suite's own check: hash the keys {}, {0}, {0,1}, … with falling seeds, then hash the hashes.
        Span<byte> hashes = new byte[256 * 16];
        var key = new byte[256];
        for (var i = 0; i < 256; i++)
        {
            key[i] = (byte)i;
            BinaryPrimitives.WriteUInt128LittleEndian(hashes[(i * 16)..], WideHash.Of(key.AsSpan(0, i), (uint)(256 - i)));
        }

        Assert.Equal(0x6384BA69u, (uint)WideHash.Of(hashes));
    }

    [Fact]
    public void Of_AKnownSentence_GivesThePublishedHash() =>
        Assert.Equal(
            new UInt128(0x7A433CA9C49A9347, 0xE34BBC7BBC071B6C),
            WideHash.Of(Encoding.ASCII.GetBytes("The quick brown fox jumps over the lazy dog")));

    [Fact]
    public void Of_BytesThatDifferInOneBit_Differs() =>
        Gen.Select(Gen.Byte.Array[1, 100], Gen.Int[0, 799]).Sample(
            (bytes, bit) =>
            {
                var other = (byte[])bytes.Clone();
                other[bit / 8 % bytes.Length] ^= (byte)(1 << (bit % 8));
                Assert.NotEqual(WideHash.Of(bytes), WideHash.Of(other));
            },
            iter: 1000,
            threads: 1);
}
