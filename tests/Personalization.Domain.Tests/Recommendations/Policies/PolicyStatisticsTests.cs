using System.Buffers;
using CsCheck;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Serialization;
using Personalization.Domain.Tests.Recommendations.Catalog;

namespace Personalization.Domain.Tests.Recommendations.Policies;

public sealed class PolicyStatisticsTests
{
    private static readonly PolicyShape s_shape = new(3, 2, 7);
    private static readonly HybridRidgeOptions s_options = new();

    private static readonly Gen<PolicyUpdate[]> s_log =
        (from id in Gen.OneOf(Gen.Const("a"), Gen.Const("b"), Gen.Const("c"))
         from user in Gen.SByte.Array[2]
         from feature in Gen.SByte
         from kind in Gen.OneOf(Gen.Const(PolicyUpdateKind.Observation), Gen.Const(PolicyUpdateKind.Observation), Gen.Const(PolicyUpdateKind.Amendment))
         from position in Gen.Int[1, 10]
         from reward in Gen.Float[-1, 1]
         select (id, user, feature, kind, position, reward)).Array[1, 30]
        .Select(static all => all.Select(static (l, i) => new PolicyUpdate
        {
            Kind = l.kind, Offset = i + 1, ItemId = l.id, User = [64, .. l.user], Item = [64, l.feature], Position = l.position,
            Reward = l.reward, PolicyVersion = 1, FeatureVersion = 7,
        }).ToArray());

    [Fact]
    public void Apply_BatchesRepeatedAndOverlapping_CountsEachLessonOnce() =>
        Gen.Select(s_log, Gen.Int[1, 5].Array[40], Gen.Int[0, 6].Array[40]).Sample((log, sizes, backs) =>
        {
            var (once, often) = (new PolicyStatistics(s_shape, s_options), new PolicyStatistics(s_shape, s_options));
            foreach (var update in log)
            {
                once.Apply(3, update.Offset - 1, update.Offset, [update]);
            }

            long at = 0;
            for (var i = 0; at < log.Length; i = (i + 1) % 40)
            {
                var after = Math.Max(0, at - backs[i]);
                var through = Math.Min(log.Length, at + sizes[i]);
                var outcome = often.Apply(3, after, through, log[(int)after..(int)through]);
                Assert.Equal(after < at ? BatchOutcome.AppliedInPart : BatchOutcome.Applied, outcome);
                Assert.Equal(BatchOutcome.AlreadyApplied, often.Apply(3, after, through, log[(int)after..(int)through]));
                at = through;
            }

            Assert.Equal(once.Observations, often.Observations);
            Assert.Equal(once.Ridge.Shared.Weights, often.Ridge.Shared.Weights);
            Assert.Equal(once.Ridge.Shared.Covariance, often.Ridge.Shared.Covariance);
        });

    [Fact]
    public void Codec_AnyState_ComesBackBitForBit() => s_log.Sample(log =>
    {
        var state = Learned(log);
        var codec = new PolicyStatisticsCodec(s_shape, s_options);
        var first = Encoded(codec, state);
        var back = codec.Read(first);
        Assert.Equal(first, Encoded(codec, back));
        Assert.Equal(BatchOutcome.AlreadyApplied, back.Apply(0, 0, log.Length, log));
        state.Apply(0, log.Length, log.Length + 1, [log[0] with { Offset = log.Length + 1 }]);
        back.Apply(0, log.Length, log.Length + 1, [log[0] with { Offset = log.Length + 1 }]);
        Assert.Equal(Encoded(codec, state), Encoded(codec, back));
    });

    [Fact]
    public void Codec_PolicyOfOtherFeaturesOrOtherPull_StartsOverWhereItHadGotTo() => s_log.Sample(log =>
    {
        var learned = Learned(log);
        var stored = Encoded(new PolicyStatisticsCodec(s_shape, s_options), learned);
        foreach (var (shape, options) in new[] { (new PolicyShape(3, 4, 8), s_options), (s_shape, s_options with { SharedLambda = 7 }), (s_shape, s_options with { ItemLambda = 7 }) })
        {
            var back = new PolicyStatisticsCodec(shape, options).Read(stored);
            Assert.Equal((shape, 0L, 0), (back.Ridge.Shape, back.Observations, back.Ridge.ItemCount));
            Assert.True(back.Version > learned.Version);
            Assert.Equal(BatchOutcome.AlreadyApplied, back.Apply(0, 0, log.Length, log));
        }
    });

    [Fact]
    public void ChangesSince_StepByStepThroughTheCodec_GivesReadersWhatAWholeCopyGives() => s_log.Sample(log =>
    {
        var directory = CatalogSnapshot.Empty.With(new CatalogChanges { Upserted = [SampleProducts.Make("a"), SampleProducts.Make("b")] }, 1).Directory;
        var state = new PolicyStatistics(s_shape, s_options);
        var reader = PolicySnapshot.Create(state.ChangesSince(0), directory);
        foreach (var update in log)
        {
            state.Apply(0, update.Offset - 1, update.Offset, [update]);
            reader = reader.With(OverTheWire(state.ChangesSince(reader.Version)), directory);
        }

        var whole = PolicySnapshot.Create(state.ChangesSince(0), directory);
        Assert.Equal(state.Version, reader.Version);
        for (var item = 0; item < directory.Count; item++)
        {
            Assert.Equal(whole.Of(item)?.Weights.AsSpan().ToArray(), reader.Of(item)?.Weights.AsSpan().ToArray());
        }

        var (expected, actual) = (new float[2], new float[2]);
        whole.Project([1, 0.5f, -1], expected);
        reader.Project([1, 0.5f, -1], actual);
        Assert.Equal(expected, actual);
    });

    [Fact]
    public void Project_AndOwnWeights_AddUpToTheLearnersEstimate() => s_log.Sample(log =>
    {
        var state = Learned(log);
        var directory = CatalogSnapshot.Empty.With(new CatalogChanges { Upserted = [SampleProducts.Make("a")] }, 1).Directory;
        var reader = PolicySnapshot.Create(state.ChangesSince(0), directory);
        float[] user = [1, 0.5f, -1];
        float[] item = [1, 0.75f];
        var projection = new float[2];
        reader.Project(user, projection);
        var estimate = projection[0] + (projection[1] * item[1]) + (reader.Of(0) is { } own ? Simd.Dot<float>(user, own.Weights.AsSpan()) : 0);
        Assert.Equal(state.Ridge.Predict("a", user, item), estimate, 1e-3);
    });

    [Fact]
    public void Apply_LessonOfOtherFeatures_IsCountedAndLeftOut()
    {
        var state = new PolicyStatistics(s_shape, s_options);
        var good = new PolicyUpdate
        {
            Kind = PolicyUpdateKind.Observation, Offset = 1, ItemId = "a", User = [64, 0, 0], Item = [64, 0], Position = 1, Reward = 1,
            PolicyVersion = 0, FeatureVersion = 7,
        };
        state.Apply(0, 0, 3, [good with { FeatureVersion = 6 }, good with { Offset = 2, User = [64] }, good with { Offset = 3, Reward = float.NaN }]);
        Assert.Equal(3, state.Misfits);
        Assert.Equal(0, state.Observations);
        Assert.Equal(0, state.Version);
    }

    [Fact]
    public void Updates_ThroughTheWire_ComeBackEqual() => s_log.Sample(log =>
    {
        foreach (var update in log)
        {
            var expected = update with { Examination = 0.25f };
            var actual = OverTheWire(expected);
            Assert.Equal(expected with { User = [], Item = [] }, actual with { User = [], Item = [] });
            Assert.Equal(expected.User.AsSpan(), actual.User.AsSpan());
            Assert.Equal(expected.Item.AsSpan(), actual.Item.AsSpan());
        }
    });

    /// <summary>A lesson that was under way before positions were learned has no examination: the first guess is taken.</summary>
    [Fact]
    public void Read_LessonOfTheFirstFormat_IsTheSameWithoutExamination() => s_log.Sample(log =>
    {
        var output = new ArrayBufferWriter<byte>();
        PolicyUpdateCodec.Write(log[0] with { Examination = 0.5f }, new StateWriter(output));
        byte[] first = [1, .. output.WrittenSpan[1..^sizeof(float)]];
        var back = PolicyUpdateCodec.Read(log[0].Offset, first);
        Assert.Equal(log[0] with { User = [], Item = [] }, back with { User = [], Item = [] });
        Assert.Equal(0, back.Examination);
    });

    [Fact]
    public void With_ChangesThatLeaveAGap_Refuses()
    {
        var state = new PolicyStatistics(s_shape, s_options);
        var reader = PolicySnapshot.Create(state.ChangesSince(0), ItemDirectory.Empty);
        Assert.Throws<InvalidOperationException>(() => reader.With(state.ChangesSince(0) with { From = 5, To = 6 }, ItemDirectory.Empty));
    }

    private static PolicyStatistics Learned(PolicyUpdate[] log)
    {
        var state = new PolicyStatistics(s_shape, s_options);
        state.Apply(0, 0, log.Length, log);
        return state;
    }

    private static byte[] Encoded(PolicyStatisticsCodec codec, PolicyStatistics state)
    {
        var output = new ArrayBufferWriter<byte>();
        codec.Write(state, output);
        return output.WrittenSpan.ToArray();
    }

    private static PolicyUpdate OverTheWire(PolicyUpdate update)
    {
        var output = new ArrayBufferWriter<byte>();
        PolicyUpdateCodec.Write(update, new StateWriter(output));
        return PolicyUpdateCodec.Read(update.Offset, output.WrittenSpan);
    }

    private static PolicyChanges OverTheWire(PolicyChanges changes)
    {
        var output = new ArrayBufferWriter<byte>();
        new PolicyChangesCodec().Write(changes, output);
        return new PolicyChangesCodec().Read(output.WrittenSpan);
    }
}
