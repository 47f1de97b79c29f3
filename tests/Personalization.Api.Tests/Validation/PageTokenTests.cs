using CsCheck;
using Personalization.Api.Validation;

namespace Personalization.Api.Tests.Validation;

public sealed class PageTokenTests
{
    [Fact]
    public void Decode_WhatEncodeMade_GivesThePlace() =>
        Gen.Select(Gen.String.AlphaNumeric, Gen.String.AlphaNumeric.Where(static s => s.Length > 0)).Sample(static (filter, cursor) =>
        {
            var violations = new FieldViolations();
            return PageToken.Decode(filter, PageToken.Encode(filter, cursor), violations, "page_token") == cursor && violations.None;
        });

    [Fact]
    public void Decode_TokenOfAnotherFilter_IsRefused()
    {
        var violations = new FieldViolations();

        PageToken.Decode("brand b", PageToken.Encode("brand a", "p7"), violations, "page_token");

        Assert.Equal("page_token", Assert.Single(violations.Found).Field);
    }

    [Fact]
    public void Decode_AnyText_NeverThrowsAndIsRefused() => Gen.String.Where(static s => s.Length > 0).Sample(static text =>
    {
        var violations = new FieldViolations();
        return PageToken.Decode("f", text, violations, "t").Length == 0 && !violations.None;
    });
}
