using System.Buffers;
using CsCheck;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Tests.Recommendations.Policies;

/// <summary>A policy's model as bytes, by itself and as part of a policy's state.</summary>
public sealed class PolicyFileTests
{
    private static readonly PolicyShape s_shape = new(3, 2, 7);
    private static readonly HybridRidgeOptions s_options = new();

    [Fact]
    public void Decode_WhatWasEncoded_IsTheSameBytesAgainAndLearnsOnTheSame()
    {
        var model = Learned(200);
        var bytes = PolicyFile.Encode(model);
        var back = PolicyFile.Decode(bytes, s_shape, s_options);
        Assert.Equal(bytes, PolicyFile.Encode(back));
        foreach (var update in Log(200, 50))
        {
            model.Learn(update);
            back.Learn(update);
        }

        Assert.Equal(PolicyFile.Encode(model), PolicyFile.Encode(back));
    }

    [Fact]
    public void Decode_BytesThatAreChangedOrCutOff_SaysSo()
    {
        var bytes = PolicyFile.Encode(Learned(5));
        Gen.Select(Gen.Int[6, bytes.Length - 1], Gen.Byte[1, 255]).Sample((at, change) =>
        {
            byte[] damaged = [.. bytes];
            damaged[at] ^= change;
            Assert.Contains("damaged", Refusal(damaged), StringComparison.Ordinal);
            Assert.Contains("damaged", Refusal(bytes[..Math.Max(at, 16)]), StringComparison.Ordinal);
        });
        Assert.Contains("no policy", Refusal([1, 2, 3]), StringComparison.Ordinal);
        Assert.Contains("no policy", Refusal(new byte[64]), StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_PolicyOfOtherFeaturesOrOtherPull_SaysWhichAndWhy()
    {
        var bytes = PolicyFile.Encode(Learned(5));
        Assert.Contains("3 × 2 of version 7; this server's are 3 × 3 of version 8", Refusal(bytes, new PolicyShape(3, 3, 8)), StringComparison.Ordinal);
        Assert.Contains("SharedLambda = 1000; this server learns with 7", Refusal(bytes, s_shape, s_options with { SharedLambda = 7 }), StringComparison.Ordinal);
        Assert.Contains("CrossScale = 0.5", Refusal(bytes, s_shape, s_options with { CrossScale = 1 }), StringComparison.Ordinal);
    }

    /// <summary>The ridges of other pulls follow from the one that is there.</summary>
    [Fact]
    public void Decode_OtherPullsToTry_KeepsWhatWasLearned()
    {
        var (model, bytes) = (Learned(300), PolicyFile.Encode(Learned(300)));
        var back = PolicyFile.Decode(bytes, s_shape, s_options with { ItemLambdaFactors = [1, 10] });
        foreach (var id in model.Ridge.Items.Keys)
        {
            Assert.Equal(model.Ridge.Predict(id, [1, 0.5f, 0], [1, 0.5f]), back.Ridge.Predict(id, [1, 0.5f, 0], [1, 0.5f]), 1e-4);
        }

        Assert.Contains(back.Ridge.Items.Values, static own => own.Ridges.Length == 2);
    }

    [Fact]
    public void Replace_ByAnImportedModel_KeepsOffsetsAndTellsReadersToStartAnew()
    {
        var state = new PolicyStatistics(s_shape, s_options);
        var log = Log(0, 40).ToArray();
        state.Apply(2, 0, 40, log);
        var version = state.Version;
        var imported = PolicyFile.Decode(PolicyFile.Encode(Learned(90)), s_shape, s_options);
        var before = state.Replace(imported);
        Assert.Equal(40, before.Observations);
        Assert.Equal((90L, version + 1, 40L), (state.Observations, state.Version, state.Offsets.Of(2)));
        Assert.True(state.NeedsWhole(version));
        Assert.False(state.NeedsWhole(state.Version));
        Assert.Equal(imported.Ridge.ItemCount, state.ChangesSince(version).Items.Length);
        Assert.Equal(0, state.ChangesSince(version).From);

        // What the log had taught is not taught again, and what comes next is.
        Assert.Equal(BatchOutcome.AlreadyApplied, state.Apply(2, 0, 40, log));
        Assert.Equal(90, state.Observations);
        state.Apply(2, 40, 41, [log[0] with { Offset = 41 }]);
        Assert.Equal(91, state.Observations);
    }

    [Fact]
    public void AsPrior_OfAFile_BelievesWhatItSaysOfAllItemsAndKnowsNothingElse()
    {
        var learned = Learned(300);
        var prior = PolicyFile.Decode(PolicyFile.Encode(learned), s_shape, s_options).AsPrior();
        Assert.Equal(learned.Ridge.Predict("nobody knows it", [1, 0.5f, 0], [1, 0.5f]), prior.Ridge.Predict("a", [1, 0.5f, 0], [1, 0.5f]), 1e-9);
        Assert.Equal((0L, 0.0, 0, 0), (prior.Observations, prior.RewardSum, prior.Alarms, prior.Ridge.ItemCount));
        Assert.Equal(new PolicyModel(s_shape, s_options).Ridge.Shared.Covariance, prior.Ridge.Shared.Covariance);
        Assert.Equal(new PolicyModel(s_shape, s_options).Standing.Examination.AsSpan(), prior.Standing.Examination.AsSpan());
    }

    [Fact]
    public void Replace_ByAModelOfAnotherShape_Refuses()
    {
        var e = Assert.Throws<ArgumentException>(
            () => new PolicyStatistics(s_shape, s_options).Replace(new PolicyModel(new PolicyShape(4, 2, 7), s_options)));
        Assert.Contains("allowed", e.Message, StringComparison.Ordinal);
    }

    /// <summary>State as it was stored before positions were learned and pulls were tried.</summary>
    [Fact]
    public void Read_StateOfTheFirstFormat_HasWhatItHad()
    {
        var learned = Learned(150);
        var output = new ArrayBufferWriter<byte>();
        var writer = new StateWriter(output);
        writer.Byte(1);
        writer.UInt(3);
        writer.UInt(2);
        writer.UInt(7);
        writer.Double(s_options.SharedLambda);
        writer.Double(s_options.ItemLambda);
        writer.UInt(12);
        writer.UInt(150);
        writer.UInt(4);
        writer.UInt(1);
        writer.UInt(3);
        writer.UInt(150);
        writer.Doubles(learned.Ridge.Shared.Weights);
        writer.Doubles(learned.Ridge.Shared.Covariance);
        writer.UInt((ulong)learned.Ridge.ItemCount);
        foreach (var (id, own) in learned.Ridge.Items)
        {
            writer.Text(id);
            writer.Double(own.Weight);
            writer.UInt(9);
            writer.Doubles(own.FeatureSum);
            writer.Singles(own.Ridge.Weights);
            writer.Singles(own.Ridge.Covariance);
        }

        var back = new PolicyStatisticsCodec(s_shape, s_options).Read(output.WrittenSpan);
        Assert.Equal((12L, 150L, 4L, 150L), (back.Version, back.Observations, back.Misfits, back.Offsets.Of(3)));
        foreach (var id in learned.Ridge.Items.Keys)
        {
            Assert.Equal(learned.Ridge.Predict(id, [1, 0.5f, 0], [1, 0.5f]), back.Ridge.Predict(id, [1, 0.5f, 0], [1, 0.5f]), 1e-9);
        }

        Assert.Contains(back.Ridge.Items.Values, static own => own.IsJudged);
    }

    private static string Refusal(byte[] bytes, PolicyShape? shape = null, HybridRidgeOptions? options = null) =>
        Assert.Throws<FormatException>(() => PolicyFile.Decode(bytes, shape ?? s_shape, options ?? s_options)).Message;

    private static PolicyModel Learned(int lessons)
    {
        var model = new PolicyModel(s_shape, s_options);
        foreach (var update in Log(0, lessons))
        {
            model.Learn(update);
        }

        return model;
    }

    private static IEnumerable<PolicyUpdate> Log(int after, int count)
    {
        for (var i = after; i < after + count; i++)
        {
            yield return new PolicyUpdate
            {
                Kind = PolicyUpdateKind.Observation, Offset = i + 1, ItemId = $"i{i % 60}", User = [64, (sbyte)(i * 37 % 100), (sbyte)(i % 50)],
                Item = [64, (sbyte)(i * 11 % 64)], Position = 1 + (i % 4), Reward = i % 3 == 0 ? 1 : 0, PolicyVersion = 1, FeatureVersion = 7,
            };
        }
    }
}
