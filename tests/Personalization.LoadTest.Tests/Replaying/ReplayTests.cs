using Microsoft.Extensions.Time.Testing;
using Personalization.LoadTest.Commands;
using Personalization.LoadTest.Measuring;
using Personalization.LoadTest.Replaying;
using Personalization.LoadTest.Serving;
using Personalization.LoadTest.Tests.Fakes;

namespace Personalization.LoadTest.Tests.Replaying;

public sealed class ReplayTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("replay-tests-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string Write(string name, params string[] lines)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllLines(path, lines);
        return path;
    }

    [Fact]
    public async Task Reviews_ProductsPraisedAndPanned_AreRankedByTheirTexts()
    {
        var lines = new List<string> { "product_id\tstars\trecommended\thelpful\tdepartment\tclass\tage\ttitle\ttext" };
        for (var product = 0; product < 12; product++)
        {
            for (var n = 0; n < 6; n++)
            {
                var good = n < product / 2;
                lines.Add($"{product}\t{(good ? 5 : 1)}\t1\t0\tTops\tKnits\t40\t{(good ? "Love it" : "Sadly no")}\t{(good ? "the best, so happy" : "awful, such a waste")}");
            }
        }

        await using var engine = await FakeEngine.StartAsync();
        using var client = engine.Connect();
        var replay = new ReviewsReplay(new DemoOptions { Json = true }, client, new ServerAddresses(engine.Address, "", ""));
        var summary = await replay.RunAsync(Write("reviews.tsv", [.. lines]), default);
        Assert.Equal(72, summary.EventsAcknowledged);
        Assert.Equal(12, summary.Replay!.ProductsCompared);
        Assert.True(summary.Replay.Spearman > 0.95);
        Assert.DoesNotContain(engine.InOrder, e => e.ToString().Contains("stars", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sequences_EngineThatFindsIt_HitsAndPopularityDoesNotShowWhatWasBought()
    {
        // Everybody buys 1, 2, 3 and then 9: popularity knows only what was bought before the last.
        var file = Write("rec.txt", [.. Enumerable.Range(0, 30).Select(u => $"{u} 1 2 3 9")]);
        await using var engine = await FakeEngine.StartAsync();
        using var client = engine.Connect();
        engine.Choose = (_, candidates) => candidates.OrderByDescending(p => p.ProductId);
        var summary = await new SequencesReplay(new DemoOptions { Json = true }, client, new ServerAddresses(engine.Address, "", "")).RunAsync(file, default);
        Assert.Equal(90, summary.EventsAcknowledged);
        Assert.Equal(1, summary.Replay!.EngineHitRate10!.Value);
        Assert.Equal(1, summary.Replay.EngineNdcg10!.Value);
        Assert.Equal(0, summary.Replay.PopularityHitRate10!.Value);
        var asked = engine.Recommendations.Where(r => r.PageSize == 10).ToArray();
        Assert.Equal(30, asked.Length);
        Assert.All(asked, r => Assert.Equal(3, r.ExcludedProductIds.Count));
        Assert.DoesNotContain(engine.InOrder, e => e.ProductId == "b-9");
    }

    [Fact]
    public async Task ReplayProgress_WorkThatGoesOn_IsToldUntilItsEnd()
    {
        var time = new FakeTimeProvider();
        var said = new StringWriter { NewLine = "\n" };
        var work = new TaskCompletionSource<int>();
        var asked = 0;
        var heard = new TaskCompletionSource();
        var running = new ReplayProgress(said, time).DuringAsync(work.Task, () =>
        {
            heard.TrySetResult();
            return $"{++asked:N0} of 2";
        });
        time.Advance(ReplayProgress.Every);
        await heard.Task;
        work.SetResult(7);
        Assert.Equal(7, await running);
        Assert.Equal("    2 s  1 of 2\n    2 s  2 of 2\n", said.ToString());
    }

    [Fact]
    public void NextItemScore_KnownRanks_AreScoredByThePaper()
    {
        var score = new NextItemScore();
        score.Add(1);
        score.Add(3);
        score.Add(0);
        score.Add(0);
        Assert.Equal(0.5, score.HitRate().Value);
        Assert.Equal((1 + 0.5) / 4, score.Ndcg(new Rng(1)).Value);
    }

    [Fact]
    public void ReviewFile_ColumnMissing_NamesIt()
    {
        var failure = Assert.Throws<InvalidDataException>(() => ReviewFile.Read(Write("bad.tsv", "product_id\tstars\tdepartment\tclass\ttitle")));
        Assert.Contains("text is missing", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SequenceFile_UserWithoutItems_NamesTheLine()
    {
        var failure = Assert.Throws<InvalidDataException>(() => SequenceFile.Read(Write("bad.txt", "1 2 3", "7")));
        Assert.Contains("line 2", failure.Message, StringComparison.Ordinal);
    }
}
