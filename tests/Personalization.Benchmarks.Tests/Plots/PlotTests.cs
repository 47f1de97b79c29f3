using System.Globalization;
using System.Xml.Linq;
using Personalization.Benchmarks.Plots;
using Personalization.Domain.Statistics;

namespace Personalization.Benchmarks.Tests.Plots;

public sealed class PlotTests
{
    [Fact]
    public void Draw_EverythingThereIs_IsWellFormedAndTheSameEachTime()
    {
        var drawn = Everything().Draw();
        Assert.Equal("svg", XDocument.Parse(drawn).Root!.Name.LocalName);
        Assert.Equal(drawn, Everything().Draw());
        Assert.Contains("prefers-color-scheme:dark", drawn);
    }

    [Fact]
    public void Draw_NamesWithMarkup_AreText()
    {
        var plot = new Plot("a < b & \"c\"", new Axis("x", 0, 1), new Axis("y", 0, 1));
        plot.AddLevel("<script>", 0.5);
        var texts = XDocument.Parse(plot.Draw()).Descendants().Where(static e => e.Name.LocalName == "text").Select(static e => e.Value).ToArray();
        Assert.Contains("a < b & \"c\"", texts);
        Assert.Contains("<script>", texts);
    }

    [Fact]
    public void Draw_ValuesBeyondTheAxes_StayInTheFrame()
    {
        var plot = new Plot("p", new Axis("x", 0, 1), new Axis("y", 0, 1));
        plot.AddIntervals("i", [(-5, new ConfidenceInterval(9, -9, 99)), (5, new ConfidenceInterval(-9, -10, -8))]);
        var circles = XDocument.Parse(plot.Draw()).Descendants().Where(static e => e.Name.LocalName == "circle").ToArray();
        Assert.Equal(2, circles.Length);
        Assert.All(circles, static c =>
        {
            Assert.InRange(double.Parse(c.Attribute("cx")!.Value, CultureInfo.InvariantCulture), 0, 720);
            Assert.InRange(double.Parse(c.Attribute("cy")!.Value, CultureInfo.InvariantCulture), 0, 420);
        });
    }

    [Fact]
    public void Svg_OfReliability_HasAPointPerPart()
    {
        var svg = ReliabilityPlot.Svg("r", "expected", "came", [(0.1, 0.12, 100), (0.2, 0.2, 100), (0.4, 0.31, 100)]);
        Assert.Equal(3, XDocument.Parse(svg).Descendants().Count(static e => e.Name.LocalName == "circle"));
    }

    [Fact]
    public void Draw_ReliabilityOnATerminal_HasTwoBarsAPart()
    {
        using var output = new StringWriter();
        ReliabilityPlot.Draw("r", [(0.5, 0.25, 7)], output);
        var lines = output.ToString().Split(Environment.NewLine);
        Assert.Equal(20, lines[1].Count(static c => c == '█'));
        Assert.Equal(10, lines[2].Count(static c => c == '█'));
        Assert.Contains("0.25", lines[2]);
    }

    [Theory]
    [InlineData("plot.png")]
    [InlineData("no-such-folder/plot.svg")]
    public void Check_WhereNoPlotCanBe_NamesTheOption(string path) =>
        Assert.StartsWith("--plot", Assert.Throws<BenchUsageException>(() => PlotFile.Check("--plot", path)).Message);

    private static Plot Everything()
    {
        var plot = new Plot("all", new Axis("x", 0, 10), new Axis("y", 0.1, 100) { IsLogarithmic = true });
        plot.AddCurve("curve", [(0, 1), (10, 50)], [new(1, 0.5, 2), new(50, 20, 90)]);
        plot.AddLevel("level", 30);
        plot.AddLine("line", (0, 0.1), (10, 100));
        plot.AddBars("bars", [(0, 5, 10), (5, 10, 20)]);
        plot.AddIntervals("intervals", [(3, new ConfidenceInterval(2, 1, 3))]);
        plot.AddRows("rows", [(5, new ConfidenceInterval(4, 2, 6))]);
        return plot;
    }
}
