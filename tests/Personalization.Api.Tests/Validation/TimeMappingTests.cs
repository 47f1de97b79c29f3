using CsCheck;
using Google.Protobuf.WellKnownTypes;
using Personalization.Api.Validation;

namespace Personalization.Api.Tests.Validation;

public sealed class TimeMappingTests
{
    [Fact]
    public void ToTimestamp_AnyMoment_ComesBackAndAgreesWithProtobuf() =>
        Gen.Long[DateTimeOffset.MinValue.Ticks, DateTimeOffset.MaxValue.Ticks].Sample(static ticks =>
        {
            var moment = new DateTimeOffset(ticks, TimeSpan.Zero);
            var stamp = TimeMapping.ToTimestamp(moment);
            return stamp.ToTime() == moment && stamp.Equals(Timestamp.FromDateTimeOffset(moment));
        });

    [Theory]
    [InlineData(49, false)]
    [InlineData(50, true)]
    [InlineData(60_000, true)]
    [InlineData(60_001, false)]
    public void Interval_AtItsLimits_IsChecked(int milliseconds, bool isGood)
    {
        var violations = new FieldViolations();

        violations.Interval("min_interval", Duration.FromTimeSpan(TimeSpan.FromMilliseconds(milliseconds)), TimeSpan.FromSeconds(1));

        Assert.Equal(isGood, violations.None);
    }
}
