using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Tests.Recommendations.Policies;

/// <summary>What decisions teach when their windows close.</summary>
public sealed class PolicyModelTests
{
    private const int Slots = 8;
    private static readonly PolicyShape s_shape = new(2, 2, 7);

    private static readonly PolicyUpdate s_settlement = new()
    {
        Kind = PolicyUpdateKind.Settlement, Offset = 1, ItemId = "", User = [], Item = [], Position = 0, Reward = 0, PolicyVersion = 1,
        FeatureVersion = 7,
    };

    /// <summary>Ten shops that never change, each for 40,000 decisions of eight items: at most one false alarm in 400,000.</summary>
    [Fact]
    public void Learn_SettlementsOfAShopThatStaysAsItIs_HardlyEverRings()
    {
        var alarms = 0;
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var (model, random) = (new PolicyModel(s_shape, new HybridRidgeOptions()), new SeededRandom(seed));
            var rate = 0.02 * seed;
            for (var t = 0; t < 40_000; t++)
            {
                model.Learn(s_settlement with { Loss = LossOf(rate, rate, ref random) });
            }

            alarms += model.Standing.Alarms;
        }

        Assert.InRange(alarms, 0, 1);
    }

    /// <summary>What was expected at 5 % is clicked at 10 %: noticed within a thousand decisions, and every variance is raised.</summary>
    [Fact]
    public void Learn_SettlementsOfAShopThatChanges_RingsAndOpensExplorationAgain()
    {
        var (model, random) = (Learned(300), new SeededRandom(5));
        for (var t = 0; t < 5_000; t++)
        {
            model.Learn(s_settlement with { Loss = LossOf(0.05, 0.05, ref random) });
        }

        Assert.Equal(0, model.Standing.Alarms);
        var (mean, variance) = (model.Ridge.Predict("a", [1, 0], [1, 0]), model.Ridge.Variance("a", [1, 0]));
        var decisions = 0;
        for (; model.Standing.Alarms == 0 && decisions < 5_000; decisions++)
        {
            model.Learn(s_settlement with { Loss = LossOf(0.05, 0.1, ref random) });
        }

        Assert.InRange(decisions, 1, 1_000);
        Assert.Equal(300, model.Standing.AlarmedAt);
        model.Learn(Item("a", 0) with { Kind = PolicyUpdateKind.Amendment });
        Assert.Equal(mean, model.Ridge.Predict("a", [1, 0], [1, 0]), 1e-5);
        Assert.True(model.Ridge.Variance("a", [1, 0]) > 1.3 * variance);
    }

    /// <summary>Taste turns; whoever has opened exploration again has learned the new one sooner.</summary>
    [Fact]
    public void Reopen_WhenTasteHasTurned_IsLearnedSooner()
    {
        var (told, untold) = (Learned(3_000), Learned(3_000));
        told.Ridge.Reopen();
        for (var t = 0; t < 300; t++)
        {
            told.Learn(Item("a", 0));
            untold.Learn(Item("a", 0));
        }

        var (after, without) = (told.Ridge.Predict("a", [1, 0], [1, 0]), untold.Ridge.Predict("a", [1, 0], [1, 0]));
        Assert.True(after < 0.8 * without, $"{after:F3} where {without:F3} would be.");
    }

    [Fact]
    public void Learn_PairsAndAmendments_CountOnceEachAndStandInThePublication()
    {
        var model = new PolicyModel(s_shape, new HybridRidgeOptions { ExaminationStrength = 1e-6 });
        Assert.True(model.Learn(s_settlement with { Pairs = [new(1, (Half)0.5, true, false), new(2, (Half)0.25, true, true)] }));
        Assert.True(model.Learn(s_settlement with { Pairs = [new(1, (Half)0.25, true, true)] }));
        Assert.Equal(0.25 / 0.75, model.Examination.At(2), 1e-4);
        Assert.Equal(0.25 / 0.75, model.Examination.At(3), 1e-4);
        Assert.Equal(0.25 / 0.75, ExaminationGrid.At(model.Standing.Examination.AsSpan(), 3), 0.01);

        model.Learn(Item("a", 1));
        model.Learn(Item("b", 0));
        model.Learn(Item("a", 0.5f) with { Kind = PolicyUpdateKind.Amendment });
        Assert.Equal((2L, 0.75), (model.Standing.Observations, model.Standing.MeanReward));
    }

    [Theory]
    [InlineData(0, 0.5f, 0.1f)]
    [InlineData(20, 0.5f, 0.1f)]
    [InlineData(1, 1.5f, 0.1f)]
    [InlineData(1, float.NaN, 0.1f)]
    [InlineData(1, 0.5f, -1f)]
    [InlineData(1, 0.5f, float.NaN)]
    [InlineData(1, 0.5f, float.PositiveInfinity)]
    public void Learn_SettlementThatCannotBe_IsLeftOut(int position, float weight, float loss)
    {
        var model = new PolicyModel(s_shape, new HybridRidgeOptions());
        Assert.False(model.Learn(s_settlement with { Pairs = [new(position, (Half)weight, true, false)], Loss = loss }));
        Assert.Equal(model.Ridge.Options.Examination.At(2), model.Examination.At(2), 1e-6);
    }

    /// <summary>An item is learned with what its decision says of its position, whatever the curve is by now; its amendment as well.</summary>
    [Fact]
    public void Learn_ExaminationOfTheDecision_IsWhatItAndItsAmendmentsAreLearnedWith()
    {
        var (pieces, whole) = (new PolicyModel(s_shape, new HybridRidgeOptions()), new PolicyModel(s_shape, new HybridRidgeOptions()));
        var lesson = Item("a", 1) with { Examination = ExaminationGrid.Unpack(60) };
        pieces.Learn(lesson);
        pieces.Learn(s_settlement with { Pairs = [new(1, (Half)1, true, false), new(1, (Half)1, true, false)] });
        pieces.Learn(lesson with { Kind = PolicyUpdateKind.Amendment, Reward = 0.5f });
        whole.Learn(lesson with { Reward = 1.5f });
        Assert.Equal(whole.Ridge.Predict("a", [1, 0], [1, 0]), pieces.Ridge.Predict("a", [1, 0], [1, 0]), 1e-6);
        Assert.Equal(whole.Ridge.Shared.Weights[0], pieces.Ridge.Shared.Weights[0], 1e-12);
    }

    private static PolicyModel Learned(int observations)
    {
        var model = new PolicyModel(s_shape, new HybridRidgeOptions());
        for (var t = 0; t < observations; t++)
        {
            model.Learn(Item("a", 1));
        }

        return model;
    }

    private static PolicyUpdate Item(string id, float reward) => s_settlement with
    {
        Kind = PolicyUpdateKind.Observation, ItemId = id, User = [64, 0], Item = [64, 0], Position = 1, Reward = reward, Examination = 1,
    };

    private static float LossOf(double expected, double rate, ref SeededRandom random)
    {
        var sum = 0.0;
        for (var slot = 0; slot < Slots; slot++)
        {
            var error = (random.NextUnit() < rate ? 1 : 0) - expected;
            sum += error * error;
        }

        return (float)(sum / Slots);
    }
}
