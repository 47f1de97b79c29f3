using CsCheck;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Tests.Recommendations.Policies;

public sealed class FeatureGridTests
{
    [Fact]
    public void Snap_AnyNumber_SurvivesOneByteBitForBit() => Gen.Float.Sample(value =>
    {
        var snapped = FeatureGrid.Snap(value);
        Assert.InRange(snapped, FeatureGrid.Min, FeatureGrid.Max);
        Assert.Equal(snapped, FeatureGrid.Unpack(FeatureGrid.Pack(snapped)));
    });

    [Fact]
    public void Snap_NumberInRange_MovesByHalfAStepAtMost() => Gen.Float[FeatureGrid.Min, FeatureGrid.Max].Sample(value =>
    {
        Assert.True(Math.Abs(FeatureGrid.Snap(value) - value) <= 0.5f / FeatureGrid.Steps);
        Assert.Equal(FeatureGrid.Snap(value), FeatureGrid.SnapBounded(value));
    });
}
