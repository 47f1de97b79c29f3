using Personalization.Benchmarks.Bandits;

namespace Personalization.Benchmarks.Tests.Bandits;

public sealed class RowsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ClassRows_LabelsInAnyColumn_AreNumberedAsTheyCome()
    {
        var rows = ClassRows.Read(_folder.Write("a.csv", "f0,label,f1", "1,b,2", "3,a,4", "5,b,6"), null);
        Assert.Equal([0, 1, 0], rows.Labels);
        Assert.Equal(2, rows.Classes);
        Assert.Equal([3f, 4f], rows.Features[1]);
        Assert.Equal([0, 1, 2], rows.Order);
    }

    [Fact]
    public void ClassRows_OrderGiven_IsTheFiles()
    {
        var order = _folder.Write("a.perm.txt", "2", "0");
        Assert.Equal([2, 0], ClassRows.Read(_folder.Write("a.csv", "f0,label", "1,b", "3,a", "5,b"), order).Order);
    }

    [Theory]
    [InlineData("line 1: there is no column 'label'", "a,b", "1,2")]
    [InlineData("line 1: there is no column beside 'label'", "label", "1")]
    [InlineData("line 3, column 1 (label): is empty", "label,f0", "a,2", ",3")]
    public void ClassRows_WhatIsNoneOfThem_SaysWhere(string problem, params string[] lines) => Assert.Contains(
        problem, Assert.Throws<BenchUsageException>(() => ClassRows.Read(_folder.Write("bad.csv", lines), null)).Message);

    [Theory]
    [InlineData("line 2, column 1: '3' is not a row number from 0 to 2", "0", "3")]
    [InlineData("line 2, column 1: '-1' is not a row number from 0 to 2", "0", "-1")]
    [InlineData("line 3, column 1: row 1 has been played before", "1", "2", "1")]
    public void RowOrder_WhatIsNoOrder_SaysWhere(string problem, params string[] lines) => Assert.Contains(
        problem, Assert.Throws<BenchUsageException>(() => RowOrder.Read(_folder.Write("bad.txt", lines), 3)).Message);

    [Fact]
    public void CandidateRounds_MissingCandidates_AreLeftOut()
    {
        var rounds = Read(["t,segment,u0,item0,item1,click0,click1,p0,p1", "0,new,1,b,a,1,0,0.5,0.25", "1,old,2,b,,0,,0.5,"]);
        Assert.Equal([1, 0], rounds.Candidates[0]);
        Assert.Equal([1], rounds.Candidates[1]);
        Assert.Equal([0f], rounds.Clicks[1]);
        Assert.Equal([0.5f, 0.25f], rounds.Truth![0]);
        // The bias, the two segments and the number.
        Assert.Equal(4, rounds.UserFeatures);
        Assert.Equal(2, rounds.Items.Length);
    }

    [Fact]
    public void CandidateRounds_NobodyKnowsTheTruth_HasNone() => Assert.Null(Read(["item0,click0", "a,1"]).Truth);

    [Theory]
    [InlineData("there is no item 'z'", "item0,click0", "z,1")]
    [InlineData("the round has no candidate", "item0,click0", ",1")]
    [InlineData("'2' is not from 0 to 1", "item0,click0", "a,2")]
    [InlineData("there is no column 'click0'", "item0", "a")]
    [InlineData("there is no column 'item0'", "item1,click0", "a,1")]
    public void CandidateRounds_WhatIsNone_SaysWhere(string problem, params string[] lines) =>
        Assert.Contains(problem, Assert.Throws<BenchUsageException>(() => Read(lines)).Message);

    [Fact]
    public void CandidateRounds_ItemTwice_IsRefused()
    {
        var rounds = _folder.Write("rounds.csv", "item0,click0", "a,1");
        var items = _folder.Write("twice.csv", "item,price", "a,1", "a,2");
        Assert.Contains("item 'a' is there already", Assert.Throws<BenchUsageException>(() => CandidateRounds.Read(rounds, items)).Message);
    }

    private CandidateRounds Read(string[] rounds) =>
        CandidateRounds.Read(_folder.Write("rounds.csv", rounds), _folder.Write("items.csv", "item,cat,price", "a,x,3", "b,y,5"));
}
