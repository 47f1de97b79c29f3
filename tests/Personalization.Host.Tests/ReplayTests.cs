using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Personalization.Host.Tests;

/// <summary>Files of the two formats through the real engine, as <c>./demo --replay</c> takes them.</summary>
public sealed class ReplayTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);
    private static readonly string[] s_praise =
    [
        "I love it, it is wonderful and so soft.", "Beautiful, fits perfectly, I am very happy with it.",
        "Great quality and a lovely colour, I wear it all the time.", "Absolutely perfect, I get compliments every day.",
    ];

    private static readonly string[] s_complaints =
    [
        "Terrible, it fell apart after one wash.", "I hate it, the fabric is cheap and it itches.",
        "Very disappointed, it looks awful and does not fit.", "Poor quality, I returned it at once.",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Reviews_OfProductsFromHatedToLoved_AreRankedAsTheirStarsAre()
    {
        const int Products = 20;
        const int Reviews = 12;
        var text = new StringBuilder("product_id\tstars\trecommended\tdepartment\tclass\ttitle\ttext\n");
        for (var product = 0; product < Products; product++)
        {
            for (var i = 0; i < Reviews; i++)
            {
                var isPraise = i * (Products - 1) < product * Reviews;
                var words = isPraise ? s_praise[i % s_praise.Length] : s_complaints[i % s_complaints.Length];
                text.Append(CultureInfo.InvariantCulture, $"{product}\t{(isPraise ? 5 : 1)}\t1\tTops\tBlouses\t\t{words}\n");
            }
        }

        var summary = await RunAsync("reviews", "reviews.tsv", text.ToString());
        var replay = summary.GetProperty("replay");
        Assert.Equal(("reviews", Products * Reviews, Products), (
            replay.GetProperty("format").GetString(), replay.GetProperty("events").GetInt32(), replay.GetProperty("products").GetInt32()));
        Assert.Equal(Products * Reviews, summary.GetProperty("events_acknowledged").GetInt32());
        Assert.Equal(Products, replay.GetProperty("products_compared").GetInt32());
        Assert.True(replay.GetProperty("spearman").GetDouble() > 0.8, $"{replay}");
    }

    [Fact]
    public async Task Sequences_OfItemsThatGoTogether_FindTheOneWithheld()
    {
        const int Groups = 10;
        const int Size = 6;
        const int Users = 80;
        var text = new StringBuilder();
        for (var user = 0; user < Users; user++)
        {
            // Each goes through a group of their own from a place of their own: all of it but one item is seen.
            var items = Enumerable.Range(0, Size).Select(step => ((user % Groups) * Size) + ((step + (user / Groups)) % Size) + 1);
            text.Append(CultureInfo.InvariantCulture, $"{user + 1} {string.Join(' ', items)}\n");
        }

        var summary = await RunAsync("sequences", "sequences.txt", text.ToString());
        var replay = summary.GetProperty("replay");
        Assert.Equal(("sequences", Users * (Size - 1), Groups * Size, Users), (
            replay.GetProperty("format").GetString(), replay.GetProperty("events").GetInt32(), replay.GetProperty("products").GetInt32(),
            replay.GetProperty("users_asked").GetInt32()));
        Assert.Equal(Users * (Size - 1), summary.GetProperty("events_acknowledged").GetInt32());
        var engine = replay.GetProperty("engine_hit_rate10").GetProperty("value").GetDouble();
        var popularity = replay.GetProperty("popularity_hit_rate10").GetProperty("value").GetDouble();
        Assert.True(engine > 0.6 && engine > popularity, $"engine {engine}, popularity {popularity}");
    }

    private async Task<JsonElement> RunAsync(string kind, string name, string content)
    {
        var file = Path.Combine(_folder.Path, name);
        await File.WriteAllTextAsync(file, content);
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { BuildFacts.DemoAssembly, "--server", BuildFacts.HostAssembly, "--replay", $"{kind}:{file}", "--json" })
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync().WaitAsync(s_patience);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        var said = await output;
        Assert.True(process.ExitCode == 0, $"It ended with {process.ExitCode}.\n{said}\n{await error}");
        return JsonDocument.Parse(said.TrimEnd().Split('\n')[^1]).RootElement;
    }
}
