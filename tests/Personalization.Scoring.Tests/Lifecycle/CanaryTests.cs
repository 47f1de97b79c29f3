using CsCheck;
using Personalization.Domain.Ingestion;
using Personalization.Scoring.Lifecycle;

namespace Personalization.Scoring.Tests.Lifecycle;

public sealed class CanaryTests
{
    [Fact]
    public void Covers_LargerShare_OnlyAddsUsers()
    {
        Gen.Select(Gen.ULong, Gen.Double.Unit, Gen.Double.Unit).Sample(static (owner, one, other) =>
        {
            var (small, large) = (Math.Min(one, other), Math.Max(one, other));
            return !Canary("text@1", small).Covers(owner) || Canary("text@1", large).Covers(owner);
        });
    }

    [Fact]
    public void Covers_SameVersionMadeACanaryAgain_TakesTheSameUsers()
    {
        Gen.Select(Gen.String, Gen.Double.Unit).Sample(static (user, share) =>
            Canary("text@1", share).Covers(StableHash.Of(user)) == Canary("text@1", share).Covers(StableHash.Of(user)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.01)]
    [InlineData(0.25)]
    [InlineData(0.9)]
    [InlineData(1)]
    public void Covers_ManyUsers_TakesItsShareOfThem(double share)
    {
        const int Users = 40_000;
        var canary = Canary("text@1", share);

        var covered = Enumerable.Range(0, Users).Count(i => canary.Covers(StableHash.Of($"u:user-{i}")));

        // Five standard deviations of a binomial: the users are always the same, and so is the answer.
        Assert.InRange(covered - share * Users, -5 * Math.Sqrt(Users * share * (1 - share)), 5 * Math.Sqrt(Users * share * (1 - share)));
    }

    [Fact]
    public void Covers_OtherVersion_DrawsOtherUsers()
    {
        const int Users = 20_000;
        var (one, other) = (Canary("text@1", 0.5), Canary("text@2", 0.5));

        var both = Enumerable.Range(0, Users).Select(static i => StableHash.Of($"u:user-{i}")).Count(o => one.Covers(o) && other.Covers(o));

        Assert.InRange(both, 0.23 * Users, 0.27 * Users);
    }

    private static Canary<string, FakeAnswer> Canary(string version, double share)
    {
        var model = new FakeModel(version, 0);
        var loaded = new LoadedModel<string, FakeAnswer>(version, "cpu", model, _ => model.Serve());
        return new(new ModelVersion<string, FakeAnswer>(loaded, model.Serve(), default, meter: null), share);
    }
}
