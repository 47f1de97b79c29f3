using CsCheck;
using Personalization.Client;

namespace Personalization.LoadTest.Tests.Client;

public sealed class AmountsTests
{
    [Fact]
    public void ToDecimal_OfAnAmount_IsTheAmount() =>
        Gen.Long[-1_000_000_000_000, 1_000_000_000_000].Sample(millis => Amounts.Of(millis / 1000m, "EUR").ToDecimal() == millis / 1000m);

    [Fact]
    public void Of_ANegativeAmount_HasBothPartsNegative()
    {
        var money = Amounts.Of(-1.75m, "USD");
        Assert.Equal((-1, -750_000_000), (money.Units, money.Nanos));
    }
}
