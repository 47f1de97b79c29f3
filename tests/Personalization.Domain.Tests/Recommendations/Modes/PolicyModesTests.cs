using System.Buffers;
using CsCheck;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Modes;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Serialization;
using Personalization.Domain.Tests.Recommendations.Catalog;

namespace Personalization.Domain.Tests.Recommendations.Modes;

public sealed class PolicyModesTests
{
    private static readonly PolicyShape s_shape = new(3, 2, 7);
    private static readonly HybridRidgeOptions s_options = new();
    private static readonly DateTimeOffset s_now = SampleProducts.Now;
    private static readonly ExplorationSpec s_rule = new("linmed", Beta: 0.1, Floor: 0.02);

    private readonly PolicyModes _modes = new();

    /// <summary>A shadow learns what the log teaches after it was loaded, each lesson once, as a policy that started there would.</summary>
    [Fact]
    public void Learn_LessonsRepeatedAndOld_ReachTheShadowsModelOnce()
    {
        var (learned, expected) = (new AppliedOffsets(), new PolicyStatistics(s_shape, s_options));
        learned.Advance(0, 0, 10, out _);
        _modes.Load(new PolicyModel(s_shape, s_options), null, 1, learned, s_now);
        learned.Advance(0, 10, 20, out _);
        _modes.Learn(0, 10, 10, [Lesson(9, 0.5f)]);
        _modes.Learn(0, 10, 12, [Lesson(10, 0.5f), Lesson(11, 0.5f), Lesson(12, 0.5f)]);
        var version = _modes.Version;
        _modes.Learn(0, 12, 12, [Lesson(11, 0.5f), Lesson(12, 0.5f)]);
        expected.Apply(0, 10, 12, [Lesson(11, 0.5f), Lesson(12, 0.5f)]);

        Assert.Equal((2L, version), (_modes.Shadow!.Own!.Observations, _modes.Version));
        Assert.Equal(expected.Ridge.Shared.Weights, _modes.Shadow.Own.Ridge.Shared.Weights);
    }

    [Fact]
    public void Learn_FirstChoices_AreCountedForTheShadowThatWasScored()
    {
        _modes.Load(null, s_rule, 1, new AppliedOffsets(), s_now);
        _modes.Learn(0, 1, 8, [
            Lesson(1, 0.5f, shadow: 1), Lesson(2, 0.25f, reward: 1, shadow: 1), Lesson(3, 0.75f, reward: 0, shadow: 1), Lesson(4, 1, shadow: 2),
            Lesson(5, 0.25f, reward: 0.5f, shadow: 1) with { Kind = PolicyUpdateKind.Amendment },
            Lesson(6, 0.25f, reward: float.NaN, shadow: 1), Lesson(7, float.NaN, shadow: 1), Lesson(8, 2, shadow: 1)]);
        var choices = _modes.Shadow!.FirstChoices;
        Assert.Equal((2L, 0.5, 0.75, 0.375), (choices.Count, choices.Agreement, choices.MeanReward, choices.MeanRewardWhenAgreeing));

        _modes.Load(null, s_rule, 1, new AppliedOffsets(), s_now);
        Assert.Equal((2L, 0L), (_modes.Shadow.Number, _modes.Shadow.FirstChoices.Count));
    }

    /// <summary>Decisions are looked at in blocks: what was not good enough does not count towards the next.</summary>
    [Theory]
    [InlineData(0.5, 0, 0.6f, 1, true)]
    [InlineData(0.5, 0, 0.4f, 1, false)]
    [InlineData(0, 0.9, 0.1f, 1, true)]
    [InlineData(0, 1.1, 0.1f, 1, false)]
    [InlineData(0.5, 0.9, 0.6f, 0, true)]
    [InlineData(0, 2, 0.6f, -1, true)]
    [InlineData(0, 0.1, 0f, 1, false)]
    public void Learn_ApprenticeThatIsToLeave_DoesOnceItIsGoodEnough(double agreement, double share, float propensity, float reward, bool leaves)
    {
        const int Block = ApprenticeExit.FewestDecisions;
        _modes.Set(PolicyMode.Apprentice, new ApprenticeExit(Block, agreement, share), s_now);
        Assert.False(Learn(1, Block - 1, propensity, reward));
        Assert.Equal(PolicyMode.Apprentice, _modes.Mode);
        Assert.Equal(leaves, Learn(Block, 1, propensity, reward));
        Assert.Equal(leaves ? (PolicyMode.Online, null, null) : (PolicyMode.Apprentice, _modes.Shadow, _modes.Exit), (_modes.Mode, _modes.Shadow, _modes.Exit));
        Assert.False(Learn(Block + 1, Block - 1, propensity, reward));
        Assert.Equal(!leaves, _modes.TowardsExit.Count == Block - 1);
    }

    [Fact]
    public void Set_ApprenticeToldOtherwise_LeavesAndIsNumberedAnewNextTime()
    {
        _modes.Set(PolicyMode.Apprentice, null, s_now);
        _modes.Set(PolicyMode.Apprentice, new ApprenticeExit(200, 0.5, 0), s_now.AddHours(1));
        Assert.Equal((1L, s_now, 200), (_modes.Shadow!.Number, _modes.Shadow.Since, _modes.Exit!.Decisions));
        _modes.Set(PolicyMode.Online, null, s_now);
        Assert.Equal((PolicyMode.Online, null, null), (_modes.Mode, _modes.Shadow, _modes.Exit));
        _modes.Set(PolicyMode.Apprentice, null, s_now);
        Assert.Equal(2, _modes.Shadow!.Number);
    }

    [Fact]
    public void Change_ShadowAndApprenticeTogether_IsRefused()
    {
        _modes.Set(PolicyMode.Apprentice, null, s_now);
        Assert.Throws<PolicyStateException>(() => _modes.Load(null, s_rule, 1, new AppliedOffsets(), s_now));
        Assert.Throws<PolicyStateException>(() => _modes.Unload());
        _modes.Set(PolicyMode.Online, null, s_now);
        _modes.Load(null, s_rule, 1, new AppliedOffsets(), s_now);
        Assert.Throws<PolicyStateException>(() => _modes.Set(PolicyMode.Apprentice, null, s_now));
        Assert.Equal((PolicyMode.Online, 2L), (_modes.Mode, _modes.Unload()!.Number));
    }

    [Theory]
    [InlineData(99, 0.5, 0)]
    [InlineData(1_000_001, 0.5, 0)]
    [InlineData(100, 1.01, 0)]
    [InlineData(100, double.NaN, 0)]
    [InlineData(100, 0.5, 10.1)]
    [InlineData(100, 0, 0)]
    public void Set_ExitOutOfRange_IsRefused(int decisions, double agreement, double share) =>
        Assert.Throws<ArgumentException>(() => _modes.Set(PolicyMode.Apprentice, new ApprenticeExit(decisions, agreement, share), s_now));

    [Fact]
    public void Codec_AnyModes_ComeBackAndLearnOnTheSame() => s_any.Sample(modes =>
    {
        var codec = new PolicyModesCodec(s_shape, s_options);
        var bytes = Bytes(writer => codec.Write(writer, modes));
        var reader = new StateReader(bytes);
        var back = codec.Read(ref reader);
        Assert.True(reader.AtEnd);
        foreach (var one in (PolicyModes[])[modes, back])
        {
            one.Learn(0, 50, 51, [Lesson(51, 0.5f, shadow: one.Numbered)]);
        }

        Assert.Equal(Told(modes), Told(back));
        Assert.Equal(modes.Shadow!.Own?.Ridge.Shared.Weights, back.Shadow!.Own?.Ridge.Shared.Weights);
        Assert.Equal(modes.Shadow.Own?.Offsets.Of(0), back.Shadow.Own?.Offsets.Of(0));
    });

    private static object Told(PolicyModes m) => (
        (m.Mode, m.Exploration, m.Exit, m.TowardsExit, m.Numbered, m.Version),
        (m.Shadow!.Number, m.Shadow.Since, m.Shadow.Exploration, m.Shadow.Share, m.Shadow.FirstChoices, m.Shadow.Own?.Observations));

    [Fact]
    public void Codec_ShadowOfOtherFeatures_IsLetGo()
    {
        _modes.Load(new PolicyModel(s_shape, s_options), null, 1, new AppliedOffsets(), s_now);
        _modes.Explore(s_rule);
        var bytes = Bytes(writer => new PolicyModesCodec(s_shape, s_options).Write(writer, _modes));
        var reader = new StateReader(bytes);
        var back = new PolicyModesCodec(new PolicyShape(4, 2, 7), s_options).Read(ref reader);
        Assert.Equal((null, s_rule, 1L), (back.Shadow, back.Exploration, back.Numbered));
    }

    /// <summary>Whoever follows step by step has what somebody has who asks for all of it.</summary>
    [Fact]
    public void With_StepByStep_IsWhatAllAtOnceIs()
    {
        var directory = CatalogSnapshot.Empty.Directory;
        var (steps, tried) = (ModesSnapshot.Plain, new PolicyModel(s_shape, s_options));
        _modes.Load(tried, s_rule, 0.5, new AppliedOffsets(), s_now);
        for (var i = 1; i <= 20; i++)
        {
            _modes.Learn(0, i - 1, i, [Lesson(i, 0.5f)]);
            steps = Told(steps, directory);
            Assert.Equal((_modes.Shadow!.Own!.Version, 0.5, "shadow@1"), (steps.Shadow!.Policy!.Version, steps.Shadow.Share, steps.Shadow.Name));
        }

        var projection = new float[2];
        var whole = new float[2];
        steps.Shadow!.Policy!.Project([1, 0.5f, 0.25f], projection);
        Told(ModesSnapshot.Plain, directory).Shadow!.Policy!.Project([1, 0.5f, 0.25f], whole);
        Assert.Equal(whole, projection);
        Assert.NotEqual(new float[2], whole);

        // Another one in its place is told whole, whatever versions the two have.
        _modes.Load(new PolicyModel(s_shape, s_options), null, 1, new AppliedOffsets(), s_now);
        Assert.Equal(1, Told(steps, directory).Shadow!.Policy!.Version);
    }

    private static readonly Gen<PolicyModes> s_any =
        from apprentice in Gen.Bool
        from own in Gen.Bool
        from promoted in Gen.Bool
        from exits in Gen.Bool
        from lessons in Gen.Float[0, 1].Array[0, 50]
        select Make(apprentice, own, promoted, exits, lessons);

    private static PolicyModes Make(bool apprentice, bool own, bool promoted, bool exits, float[] lessons)
    {
        var modes = new PolicyModes();
        modes.Explore(promoted ? new ExplorationSpec("squarecb", Sharpness: 3) : null);
        if (apprentice)
        {
            modes.Set(PolicyMode.Apprentice, exits ? new ApprenticeExit(100, 0.5, 0.25) : null, s_now);
        }
        else
        {
            modes.Load(own ? new PolicyModel(s_shape, s_options) : null, own ? null : s_rule, 0.5, new AppliedOffsets(), s_now);
        }

        for (var i = 0; i < lessons.Length; i++)
        {
            modes.Learn(0, i, i + 1, [Lesson(i + 1, lessons[i], shadow: 1)]);
        }

        return modes;
    }

    private ModesSnapshot Told(ModesSnapshot known, ItemDirectory directory)
    {
        var output = new ArrayBufferWriter<byte>();
        ModesChanges.Of(_modes, known.Shadow?.Number ?? 0, known.Shadow?.Policy?.Version ?? 0).Write(output);
        return known.With(ModesChanges.Read(output.WrittenSpan), directory);
    }

    private bool Learn(int first, int count, float propensity, float reward) => Enumerable.Range(first, count).Aggregate(
        false, (left, offset) => left | _modes.Learn(0, offset - 1, offset, [Lesson(offset, propensity, reward, shadow: 1)]));

    private static byte[] Bytes(Action<StateWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(new StateWriter(output));
        return output.WrittenSpan.ToArray();
    }

    private static PolicyUpdate Lesson(long offset, float propensity, float reward = 1, long shadow = 0) => new()
    {
        Kind = PolicyUpdateKind.Observation, Offset = offset, ItemId = $"p{offset % 3}", User = [64, 1, 2], Item = [64, 3], Position = 1, Reward = reward,
        PolicyVersion = 1, FeatureVersion = 7, Shadow = shadow, ShadowPropensity = propensity,
    };
}
