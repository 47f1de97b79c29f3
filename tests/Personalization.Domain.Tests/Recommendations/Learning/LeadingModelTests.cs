using System.Buffers;
using Personalization.Domain.Recommendations.Learning;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Tests.Recommendations.Learning;

public sealed class LeadingModelTests
{
    [Fact]
    public void Judge_AnotherModelPredictsBetter_IsUsedFromThenOn()
    {
        var (choice, random) = (new LeadingModel(3, 0, 10_000), new SeededRandom(1));
        var changedAt = 0;
        for (var t = 1; t <= 20_000; t++)
        {
            var reward = random.NextUnit() < 0.3 ? 1 : 0;
            changedAt = choice.Judge([0.5, 0.45, 0.3], reward) && changedAt == 0 ? t : changedAt;
        }

        Assert.InRange(changedAt, LeadingModel.Least, 2000);
        Assert.Equal((2, 1), (choice.Used, choice.Changes));
        Assert.True(choice.LeadOf(0) < 0);
    }

    [Fact]
    public void Judge_ModelsThatAreAlike_IsHardlyEverChanged()
    {
        var changes = 0;
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var (choice, random) = (new LeadingModel(2, 0, 20_000), new SeededRandom(seed));
            for (var t = 0; t < 20_000; t++)
            {
                choice.Judge([0.28, 0.32], random.NextUnit() < 0.3 ? 1 : 0);
            }

            changes += choice.Changes;
        }

        Assert.InRange(changes, 0, 4);
    }

    [Fact]
    public void Read_WhatWasWritten_GoesOnTheSame()
    {
        var (choice, random) = (new LeadingModel(2, 1, 500), new SeededRandom(3));
        var output = new ArrayBufferWriter<byte>();
        for (var t = 0; t < 400; t++)
        {
            choice.Judge([random.NextUnit(), random.NextUnit()], random.NextUnit());
        }

        choice.Write(new StateWriter(output));
        var reader = new StateReader(output.WrittenSpan);
        var back = LeadingModel.Read(ref reader, 2, 500);
        for (var t = 0; t < 2000; t++)
        {
            double[] predictions = [random.NextUnit() * 0.5, random.NextUnit()];
            Assert.Equal(choice.Judge(predictions, 0), back.Judge(predictions, 0));
        }

        Assert.Equal((choice.Used, choice.Changes, choice.LeadOf(1)), (back.Used, back.Changes, back.LeadOf(1)));
        Assert.True(choice.Changes > 0);
    }
}
