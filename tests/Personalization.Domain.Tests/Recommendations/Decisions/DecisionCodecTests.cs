using CsCheck;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Decisions;
using Personalization.Domain.Recommendations.Features;
using Personalization.Domain.Recommendations.Modes;
using Personalization.Domain.Tests.Recommendations.Catalog;

namespace Personalization.Domain.Tests.Recommendations.Decisions;

public sealed class DecisionCodecTests
{
    private static readonly Gen<DecisionShadow?> s_shadows = Gen.Select(
        Gen.Long[0, 1000], Gen.Float[0, 1].Array[0, 10], static (number, slots) => number % 3 == 0 ? null : new DecisionShadow(number, [.. slots]));

    private static readonly Gen<Decision> s_decisions =
        from user in Gen.SByte.Array[FeatureSchema.UserCount]
        from items in Gen.Select(Gen.Int[0, 99999], Gen.SByte.Array[FeatureSchema.ItemCount], Gen.Float[0, 1], Gen.Float[-1, 1]).Array[0, 20]
        from shadow in s_shadows
        from mode in Gen.Enum<PolicyMode>()
        select Make(user, [.. items.Select(static i => new DecisionItem($"sku-{i.Item1}", [.. i.Item2], i.Item3, (Half)i.Item4))]) with
        {
            Shadow = shadow, Mode = mode,
        };

    [Fact]
    public void Read_WhatWasWritten_IsTheSame() => s_decisions.Sample(decision =>
    {
        var back = DecisionCodec.Instance.Read(DecisionCodec.Encode(decision));
        Assert.Equal(decision with { User = [], Items = [], Shadow = null }, back with { User = [], Items = [], Shadow = null });
        Assert.Equal(decision.Shadow?.Number, back.Shadow?.Number);
        Assert.Equal(decision.Shadow?.Propensities.AsEnumerable(), back.Shadow?.Propensities.AsEnumerable());
        Assert.Equal(decision.User.AsSpan(), back.User.AsSpan());
        Assert.Equal(decision.Items.Length, back.Items.Length);
        foreach (var (expected, actual) in decision.Items.Zip(back.Items))
        {
            Assert.Equal(expected with { Features = [] }, actual with { Features = [] });
            Assert.Equal(expected.Features.AsSpan(), actual.Features.AsSpan());
        }
    });

    [Fact]
    public void Read_DecisionThatRemembersCandidates_HasThemWhereTheyWere()
    {
        var candidates = new SlotCandidates([0.1f, 0.3f, 0.2f], [0.01f, 0.02f, 0.03f], 2);
        var decision = Make([1], [new("a", [1], 0.5f, (Half)0.25f, candidates), new("b", [2], 0.25f, (Half)0.5f)]);
        var bytes = DecisionCodec.Encode(decision);

        var back = DecisionCodec.Instance.Read(bytes);

        Assert.True(DecisionCodec.IsRecommendation(bytes));
        Assert.Equal(decision.At, DecisionCodec.ReadTime(bytes));
        Assert.Equal(candidates.Scores.AsEnumerable(), back.Items[0].Candidates!.Scores.AsEnumerable());
        Assert.Equal(candidates.Variances.AsEnumerable(), back.Items[0].Candidates!.Variances.AsEnumerable());
        Assert.Equal(2, back.Items[0].Candidates!.Chosen);
        Assert.Equal(("b", 0.25f, null), (back.Items[1].ItemId, back.Items[1].Propensity, back.Items[1].Candidates));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_DecisionThatKnowsPositions_HasThemAtTheEnd(bool candidates)
    {
        var remembered = candidates ? new SlotCandidates([0.1f], [0.01f], 0) : null;
        var decision = Make([1], [new("a", [1], 0.5f, (Half)0.25f, remembered), new("b", [2], 0.25f, (Half)0.5f)]) with
        {
            Examination = [0, 12, 40], Swaps = [(Half)0.25, (Half)1],
        };
        var bytes = DecisionCodec.Encode(decision);
        var back = DecisionCodec.Instance.Read(bytes);

        Assert.True(DecisionCodec.IsRecommendation(bytes));
        Assert.Equal(decision.At, DecisionCodec.ReadTime(bytes));
        Assert.Equal(decision.Examination.AsEnumerable(), back.Examination.AsEnumerable());
        Assert.Equal(decision.Swaps.AsEnumerable(), back.Swaps.AsEnumerable());
        Assert.Equal(candidates, back.Items[0].Candidates is not null);

        // The last number is the second swap: one that is no share says so.
        BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - 2), BitConverter.HalfToUInt16Bits((Half)1.5));
        Assert.Throws<FormatException>(() => DecisionCodec.Instance.Read(bytes));
        Assert.Throws<FormatException>(() => DecisionCodec.ReadTime(bytes));
    }

    [Fact]
    public void Read_ShadowsProbabilityThatCannotBe_SaysSo()
    {
        var bytes = DecisionCodec.Encode(Make([1], []) with { Shadow = new DecisionShadow(3, [0.5f]) });

        // The last number is the probability.
        BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - 4), 1.5f);
        Assert.Throws<FormatException>(() => DecisionCodec.Instance.Read(bytes));
        Assert.Throws<FormatException>(() => DecisionCodec.ReadTime(bytes));
    }

    [Fact]
    public void Encode_ShadowOfTenItems_TakesFourBytesASlotAndNothingWhereNoneStands()
    {
        var plain = Make([1], [.. Enumerable.Range(0, 10).Select(static i => new DecisionItem($"sku-{i}", [1], 0.1f, (Half)0.2))]) with
        {
            Examination = [.. new byte[10]], Swaps = [.. new Half[9]],
        };
        var shadowed = plain with { Shadow = new DecisionShadow(3, [.. new float[10]]) };
        Assert.Equal(43, DecisionCodec.Encode(shadowed).Length - DecisionCodec.Encode(plain).Length);
        Assert.Equal(0x53, DecisionCodec.Encode(plain)[0]);
    }

    [Fact]
    public void Encode_PositionsOfTenItems_TakeThirtyBytes()
    {
        var without = Make([1], [.. Enumerable.Range(0, 10).Select(static i => new DecisionItem($"sku-{i}", [1], 0.1f, (Half)0.2))]);
        var with = without with { Examination = [.. new byte[10]], Swaps = [.. new Half[9]] };
        Assert.Equal(30, DecisionCodec.Encode(with).Length - DecisionCodec.Encode(without).Length);
    }

    [Fact]
    public void Encode_TenItems_TakesLessThanFourHundredAndFiftyBytes()
    {
        var features = Enumerable.Range(0, FeatureSchema.ItemCount).Select(static i => (sbyte)(i % 4 == 3 ? 0 : i + 1)).ToArray();
        var items = Enumerable.Range(0, 10).Select(i => new DecisionItem($"sku-{i:00000}", [.. features], 0.1f, (Half)0.2));
        var user = Enumerable.Range(0, FeatureSchema.UserCount).Select(static i => (sbyte)(i % 3)).ToArray();
        Assert.InRange(DecisionCodec.Encode(Make(user, [.. items])).Length, 100, 449);
    }

    [Fact]
    public void Read_AnyDamagedBytes_SaysSo() => Gen.Select(s_decisions, Gen.Int[0, 400], Gen.Byte).Sample((decision, at, value) =>
    {
        var bytes = DecisionCodec.Encode(decision);
        bytes[at % bytes.Length] = value;
        try
        {
            DecisionCodec.Instance.Read(bytes.AsSpan(0, bytes.Length - (at % 7)));
        }
        catch (FormatException)
        {
            // Said so.
        }
        catch (OverflowException)
        {
            // A number that does not fit says so, too.
        }
    });

    /// <summary>What steps over a decision reads what reads all of it, and refuses what that refuses.</summary>
    [Fact]
    public void ReadTime_AnyBytes_SaysWhatReadSays() => Gen.Select(s_decisions, Gen.Int[0, 400], Gen.Byte, Gen.Int[0, 3]).Sample((decision, at, value, cut) =>
    {
        var bytes = DecisionCodec.Encode(decision);
        bytes[at % bytes.Length] = value;
        bytes = bytes[..^cut];
        Assert.Equal(TimeOr(() => DecisionCodec.Instance.Read(bytes).At), TimeOr(() => DecisionCodec.ReadTime(bytes)));
    });

    private static (DateTimeOffset At, Type? Refused) TimeOr(Func<DateTimeOffset> read)
    {
        try
        {
            return (read(), null);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return (default, e.GetType());
        }
    }

    [Fact]
    public void IsRecommendation_BytesOfAnotherStage_IsFalse()
    {
        Assert.True(DecisionCodec.IsRecommendation(DecisionCodec.Encode(Make([], []))));
        Assert.False(DecisionCodec.IsRecommendation([1, 2, 3]));
        Assert.False(DecisionCodec.IsRecommendation([]));
    }

    internal static Decision Make(sbyte[] user, DecisionItem[] items, string id = "d-0123456789abcdef") => new()
    {
        DecisionId = id,
        At = SampleProducts.Now,
        Arm = RankingArm.Engine,
        Experiment = "ranking@3/engine",
        Placement = "home-top",
        Touchpoint = Touchpoint.Home,
        PolicyVersion = 12345,
        CatalogVersion = 678,
        FeatureVersion = FeatureSchema.Version,
        User = [.. user],
        Items = [.. items],
    };
}
