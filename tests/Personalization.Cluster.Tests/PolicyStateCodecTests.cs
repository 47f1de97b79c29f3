using System.Buffers;
using Personalization.Domain.Recommendations.Features;
using Personalization.Domain.Recommendations.Modes;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Serialization;
using Personalization.Grains.Recommendations;

namespace Personalization.Cluster.Tests;

/// <summary>What the policy's owner stores, with modes and without.</summary>
public sealed class PolicyStateCodecTests
{
    private static readonly HybridRidgeOptions s_options = RecommendationModel.Default.Policy;
    private static readonly PolicyStatisticsCodec s_statistics = new(FeatureSchema.Shape, s_options);
    private static readonly PolicyStateCodec s_codec = new(s_statistics, new PolicyModesCodec(FeatureSchema.Shape, s_options));

    [Fact]
    public void Write_WithoutModes_IsWhatStatisticsAreStoredAs()
    {
        var statistics = Learned(2);
        var bytes = Bytes(s_codec, new PolicyState { Statistics = statistics });
        Assert.Equal(Bytes(s_statistics, statistics), bytes);
        Assert.Equal((2L, PolicyMode.Online, null), Told(s_codec.Read(bytes)));
    }

    [Fact]
    public void Read_WithModes_HasBoth()
    {
        var state = new PolicyState { Statistics = Learned(2) };
        state.Modes.Load(Learned(1).Model, new ExplorationSpec("greedy"), 0.5, state.Statistics.Offsets, DateTimeOffset.UnixEpoch);
        var back = s_codec.Read(Bytes(s_codec, state));
        Assert.Equal((2L, PolicyMode.Online, 1L), Told(back));
        Assert.Equal(state.Statistics.Offsets.Of(0), back.Modes.Shadow!.Own!.Offsets.Of(0));

        state.Modes.Unload();
        state.Modes.Set(PolicyMode.Apprentice, null, DateTimeOffset.UnixEpoch);
        Assert.Equal((2L, PolicyMode.Apprentice, null), Told(s_codec.Read(Bytes(s_codec, state))));
    }

    [Fact]
    public void Read_PolicyBeforeOfEitherFormat_HasWhatWasWritten()
    {
        var codec = new PreviousPolicyCodec();
        var rule = new ExplorationSpec("epsilon-greedy", Epsilon: 0.25);
        var back = codec.Read(Bytes(codec, new PreviousPolicy { Model = [1, 2, 3], Exploration = rule }));
        Assert.Equal([1, 2, 3], back.Model!);
        Assert.Equal(rule, back.Exploration);

        // The first format ended with the model.
        back = codec.Read([1, 2, 7, 8]);
        Assert.Equal([7, 8], back.Model!);
        Assert.Null(back.Exploration);
    }

    private static (long Observations, PolicyMode Mode, long? ShadowsObservations) Told(PolicyState state) =>
        (state.Statistics!.Observations, state.Modes.Mode, state.Modes.Shadow?.Own?.Observations);

    private static PolicyStatistics Learned(int lessons)
    {
        var statistics = new PolicyStatistics(FeatureSchema.Shape, s_options);
        for (var offset = 1; offset <= lessons; offset++)
        {
            statistics.Apply(0, offset - 1, offset, [Folds.Lesson("item", offset)]);
        }

        return statistics;
    }

    private static byte[] Bytes<T>(IStateCodec<T> codec, T state)
    {
        var output = new ArrayBufferWriter<byte>();
        codec.Write(state, output);
        return output.WrittenSpan.ToArray();
    }
}
