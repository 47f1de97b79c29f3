using CsCheck;
using Personalization.Scoring.Text;

namespace Personalization.Scoring.Tests.Text;

public sealed class RunPlanTests
{
    private static readonly RunCosts _costs = new(Fixed: 40, MostTokens: 512, Step: 1);

    [Fact]
    public void Cut_RowsOfLikeLength_AreOneRun()
    {
        Assert.Equal([6], Cut(_costs, [7, 7, 8, 8, 8, 9]));
    }

    [Fact]
    public void Cut_PaddingDearerThanARun_IsTwoRuns()
    {
        Assert.Equal([3, 6], Cut(_costs, [7, 7, 8, 40, 41, 42]));
    }

    [Fact]
    public void Cut_OneRowApart_IsPaddedRatherThanRunAlone()
    {
        Assert.Equal([2], Cut(_costs, [10, 49]));
        Assert.Equal([1, 2], Cut(_costs, [10, 51]));
    }

    [Fact]
    public void Cut_MoreThanARunTakes_IsSeveralOfThem()
    {
        Assert.Equal([64, 100], Cut(new RunCosts(Fixed: 40, MostTokens: 4096, Step: 1), [.. Enumerable.Repeat(2, 100)]));
        Assert.All(Lengths(Cut(_costs, [.. Enumerable.Repeat(100, 12)])), static rows => Assert.InRange(rows, 1, 5));
    }

    [Fact]
    public void Cut_RowLongerThanARunMayBe_GoesAlone()
    {
        Assert.Equal([1, 2, 3], Cut(_costs, [600, 600, 600]));
    }

    [Theory]
    [InlineData(1, 32)]
    [InlineData(32, 32)]
    [InlineData(33, 64)]
    public void Padded_StepOf32_IsTheNextMultiple(int longest, int expected)
    {
        Assert.Equal(expected, new RunPlan(new RunCosts(1, 1024, 32)).Padded(longest));
    }

    [Fact]
    public void Cut_AnyRows_CostsNoMoreThanAnyOtherCutAndCoversThem()
    {
        Gen.Select(Gen.Int[1, 130].Array[1, 9], Gen.Int[1, 100]).Sample((lengths, fixedCost) =>
        {
            Array.Sort(lengths);
            var costs = new RunCosts(fixedCost, MostTokens: 300, Step: 1);
            var ends = Cut(costs, lengths);

            Assert.Equal(lengths.Length, ends[^1]);
            Assert.Equal(Cheapest(costs, lengths), CostOf(costs, lengths, ends));
        });
    }

    // Every way to cut them: one bit for each place between two rows.
    private static long Cheapest(RunCosts costs, int[] lengths)
    {
        var cheapest = long.MaxValue;
        for (var cuts = 0; cuts < 1 << (lengths.Length - 1); cuts++)
        {
            int[] ends = [.. Enumerable.Range(1, lengths.Length - 1).Where(i => (cuts >> (i - 1) & 1) == 1), lengths.Length];
            cheapest = Math.Min(cheapest, CostOf(costs, lengths, ends));
        }

        return cheapest;
    }

    private static long CostOf(RunCosts costs, int[] lengths, int[] ends)
    {
        long cost = 0;
        foreach (var (rows, end) in Lengths(ends).Zip(ends))
        {
            var tokens = rows * lengths[end - 1];
            cost += tokens > costs.MostTokens && rows > 1 ? long.MaxValue / 100 : costs.Fixed + tokens;
        }

        return cost;
    }

    private static int[] Lengths(int[] ends) => [.. ends.Zip(ends.Prepend(0), static (end, from) => end - from)];

    private static int[] Cut(RunCosts costs, int[] lengths)
    {
        var next = new RunPlan(costs).Cut(lengths);
        var ends = new List<int>();
        for (var from = 0; from < lengths.Length; from = next[from])
        {
            ends.Add(next[from]);
        }

        return [.. ends];
    }
}
