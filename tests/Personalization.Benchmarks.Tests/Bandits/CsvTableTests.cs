using Personalization.Benchmarks.Bandits;

namespace Personalization.Benchmarks.Tests.Bandits;

public sealed class CsvTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_RowsAndHeader_AreFoundByName()
    {
        var table = CsvTable.Read(_folder.Write("a.csv", "\uFEFFlabel,u0,u1", "cat, 1.5 ,-2e3", "dog,0,4"));
        Assert.Equal(2, table.Count);
        Assert.Equal("dog", table.Name(1, table.Require("label")));
        Assert.Equal([1, 2], table.Numbered("u"));
        Assert.Equal((1.5f, -2000f), (table.Number(0, 1), table.Number(0, 2)));
        Assert.Equal(-1, table.Find("nothing"));
    }

    [Theory]
    [InlineData("line 1: there is no header", "")]
    [InlineData("line 1, column 3: there is a column 'a' already", "a,b,a", "1,2,3")]
    [InlineData("line 2: there are no rows", "a,b")]
    [InlineData("line 3, column 2: there are 1 columns, and the header has 2", "a,b", "1,2", "3")]
    [InlineData("line 3, column 3: there are 3 columns, and the header has 2", "a,b", "1,2", "3,4,5")]
    [InlineData("line 3, column 1: the line is empty, and more follow", "a,b", "1,2", "", "3,4")]
    public void Read_WhatIsNoTable_SaysWhere(string problem, params string[] lines)
    {
        var path = _folder.Write("bad.csv", lines);
        var refused = Assert.Throws<BenchUsageException>(() => CsvTable.Read(path));
        Assert.StartsWith(path, refused.Message);
        Assert.Contains(problem, refused.Message);
    }

    [Fact]
    public void Read_EmptyLinesAtTheEnd_AreNoRows() => Assert.Equal(1, CsvTable.Read(_folder.Write("a.csv", "a", "1", "", "")).Count);

    [Fact]
    public void Read_NoSuchFile_IsRefused() =>
        Assert.Throws<BenchUsageException>(() => CsvTable.Read(Path.Combine(_folder.Path, "missing.csv")));

    [Theory]
    [InlineData("x")]
    [InlineData("NaN")]
    [InlineData("1e99")]
    [InlineData("")]
    public void Number_NotFinite_NamesTheCell(string cell)
    {
        var table = CsvTable.Read(_folder.Write("a.csv", "name,size", $"a,{cell}"));
        var refused = Assert.Throws<BenchUsageException>(() => table.Number(0, 1));
        Assert.Contains("line 2, column 2 (size)", refused.Message);
    }

    [Fact]
    public void Require_NoSuchColumn_NamesIt()
    {
        var table = CsvTable.Read(_folder.Write("a.csv", "a", "1"));
        Assert.Contains("'label'", Assert.Throws<BenchUsageException>(() => table.Require("label")).Message);
    }
}
