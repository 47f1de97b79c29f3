using CsCheck;
using Personalization.Api.Ingestion;
using Personalization.Api.Validation;

namespace Personalization.Api.Tests.Ingestion;

public sealed class ConsistencyTokenTests
{
    [Fact]
    public void OffsetIn_WhatOfMade_GivesEveryPartitionItsOffset() =>
        Gen.Long[0, long.MaxValue].Array[1, 64].Sample(static offsets =>
        {
            var token = ConsistencyToken.Of(offsets);
            var violations = new FieldViolations();
            return Enumerable.Range(0, offsets.Length)
                .All(p => ConsistencyToken.OffsetIn(p, offsets.Length, token, violations, "t") == offsets[p]) && violations.None;
        });

    [Fact]
    public void OffsetIn_TokensJoined_TakesTheLargest()
    {
        var violations = new FieldViolations();

        Assert.Equal(12, ConsistencyToken.OffsetIn(3, 64, "3:7,3:12,3:9,5:99", violations, "t"));
        Assert.True(violations.None);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("1:")]
    [InlineData(":1")]
    [InlineData("1:2,")]
    [InlineData("1:2;3:4")]
    [InlineData("1:0")]
    [InlineData("1:-2")]
    [InlineData("64:1")]
    [InlineData(" 1:1")]
    [InlineData("1:99999999999999999999")]
    public void OffsetIn_Spoiled_NamesTheFieldAndTheForm(string token)
    {
        var violations = new FieldViolations();

        ConsistencyToken.OffsetIn(1, 64, token, violations, "min_consistency_token");

        var violation = Assert.Single(violations.Found);
        Assert.Equal("min_consistency_token", violation.Field);
        Assert.Contains("allowed: partition:offset pairs", violation.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void OffsetIn_AnyText_NeverThrows() =>
        Gen.String.Sample(static text => ConsistencyToken.OffsetIn(1, 64, text, new FieldViolations(), "t") >= 0);
}
