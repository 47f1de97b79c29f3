using CsCheck;
using Personalization.Client;

namespace Personalization.LoadTest.Tests.Client;

public sealed class ConsistencyTokenTests
{
    private static readonly Gen<string> Token =
        Gen.Select(Gen.Int[0, 63], Gen.Long[1, 1000]).Array[1, 8]
            .Select(pairs => string.Join(',', pairs.DistinctBy(p => p.Item1).OrderBy(p => p.Item1).Select(p => $"{p.Item1}:{p.Item2}")));

    [Fact]
    public void Merge_AnyTwoTokens_HasTheLargerOffsetOfEveryPartition() =>
        Gen.Select(Token, Token).Sample((a, b) =>
        {
            var merged = ConsistencyToken.Merge(a, b);
            return Enumerable.Range(0, 64).All(p =>
                ConsistencyToken.OffsetOf(merged, p) == Math.Max(ConsistencyToken.OffsetOf(a, p), ConsistencyToken.OffsetOf(b, p)));
        });

    [Fact]
    public void Merge_OrderOfTokens_DoesNotMatter() =>
        Gen.Select(Token, Token, Token).Sample((a, b, c) =>
            ConsistencyToken.Merge(ConsistencyToken.Merge(a, b), c) == ConsistencyToken.Merge(c, ConsistencyToken.Merge(b, a)));

    [Theory]
    [InlineData(null, null, "")]
    [InlineData("", "3:4", "3:4")]
    [InlineData("3:4", null, "3:4")]
    public void Merge_NothingOnOneSide_IsTheOther(string? first, string? second, string expected) =>
        Assert.Equal(expected, ConsistencyToken.Merge(first, second));

    [Theory]
    [InlineData("nonsense")]
    [InlineData("1:-4")]
    [InlineData("1:2,")]
    public void Merge_NotAToken_SaysSo(string broken) =>
        Assert.Throws<FormatException>(() => ConsistencyToken.Merge("1:1", broken));
}
