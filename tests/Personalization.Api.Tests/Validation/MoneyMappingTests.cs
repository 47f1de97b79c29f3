using CsCheck;
using Personalization.Api.Validation;

namespace Personalization.Api.Tests.Validation;

public sealed class MoneyMappingTests
{
    [Fact]
    public void ToMoney_AnyAmount_ComesBackToTheBillionth() =>
        Gen.Select(Gen.Long[-MoneyMapping.MaxUnits, MoneyMapping.MaxUnits], Gen.Int[0, 999_999_999]).Sample((units, nanos) =>
        {
            var amount = units + (Math.Sign(units) < 0 ? -1 : 1) * (nanos / 1_000_000_000m);

            var money = MoneyMapping.ToMoney(amount, "EUR");

            return money.ToDecimal() == amount && Math.Sign(money.Units) * Math.Sign(money.Nanos) >= 0;
        });

    [Fact]
    public void Amount_WhateverToMoneyMakes_IsGood() =>
        Gen.Decimal[-1_000_000_000m, 1_000_000_000m].Sample(static amount =>
        {
            var violations = new FieldViolations();
            violations.Amount("price", MoneyMapping.ToMoney(amount, "EUR"));
            return violations.None;
        });

    [Theory]
    [InlineData(-1, -750_000_000, "-1.75")]
    [InlineData(0, -1, "-0.000000001")]
    [InlineData(12, 5, "12.000000005")]
    public void ToDecimal_UnitsAndNanos_AddUp(long units, int nanos, string amount) =>
        Assert.Equal(decimal.Parse(amount), new Wire.Money { Units = units, Nanos = nanos }.ToDecimal());
}
