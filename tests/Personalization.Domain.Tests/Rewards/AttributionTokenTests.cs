using System.Buffers.Text;
using CsCheck;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Rewards;
using Personalization.Domain.Tests.Recommendations.Catalog;

namespace Personalization.Domain.Tests.Rewards;

public sealed class AttributionTokenTests
{
    private static readonly Dictionary<byte, byte[]> s_keys = new() { [1] = [.. Enumerable.Repeat((byte)7, 32)], [2] = [.. Enumerable.Repeat((byte)9, 32)] };
    private static readonly AttributionTokenSigner s_signer = new(s_keys, 2);
    private static readonly AttributionToken s_token = new("d-1", UserKey.Known("u-1"), SampleProducts.Now, 42);

    [Fact]
    public void Verify_WhatWasSigned_SaysTheSame()
    {
        Assert.Equal(TokenVerdict.Valid, s_signer.Verify(s_signer.Sign(s_token), out var back));
        Assert.Equal(s_token, back);
    }

    [Fact]
    public void Verify_AnyCharacterChanged_IsNeverValid()
    {
        var text = s_signer.Sign(s_token);
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        Gen.Select(Gen.Int[0, text.Length - 1], Gen.Int[0, 63]).Sample((at, with) =>
        {
            var changed = string.Concat(text.AsSpan(0, at), Alphabet.AsSpan(with, 1), text.AsSpan(at + 1));

            // The last character may carry bits that decode to nothing: then it is the same token, or none.
            if (s_signer.Verify(changed, out _) == TokenVerdict.Valid)
            {
                Assert.Equal(Base64Url.DecodeFromChars(text), Base64Url.DecodeFromChars(changed));
            }
        });
    }

    [Fact]
    public void Verify_KeyStillKnownOrNot_TellsApart()
    {
        var old = new AttributionTokenSigner(s_keys, 1).Sign(s_token);
        Assert.Equal(TokenVerdict.Valid, s_signer.Verify(old, out _));
        Assert.Equal(TokenVerdict.UnknownKey, new AttributionTokenSigner(new Dictionary<byte, byte[]> { [2] = s_keys[2] }, 2).Verify(old, out _));
        Assert.Equal(TokenVerdict.WrongSignature, new AttributionTokenSigner(new Dictionary<byte, byte[]> { [1] = s_keys[2] }, 1).Verify(old, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no token")]
    [InlineData("AQ")]
    public void Verify_NoToken_IsMalformed(string text) => Assert.Equal(TokenVerdict.Malformed, s_signer.Verify(text, out _));
}
