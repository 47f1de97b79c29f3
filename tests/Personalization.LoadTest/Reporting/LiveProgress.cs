using System.Globalization;
using Personalization.LoadTest.Arms;
using Personalization.LoadTest.Commands;
using Personalization.LoadTest.Driving;
using Personalization.LoadTest.Measuring;
using Personalization.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Personalization.LoadTest.Reporting;

/// <summary>Progress as tables that change in place.</summary>
internal sealed class LiveProgress(World world, TimeProvider time, DemoOptions options) : ProgressView(world, time)
{
    public override void Say(string text) => AnsiConsole.WriteLine(text);

    public override Task RunAsync(CancellationToken cancellationToken) =>
        AnsiConsole.Live(new Text("Starting …")).StartAsync(context => EverySecondAsync(
            moment =>
            {
                context.UpdateTarget(Render(moment));
                return Task.CompletedTask;
            },
            cancellationToken));

    private Rows Render(Moment moment) => new(Flow(moment), ArmTable(), ProductTable(moment), InterventionLine());

    private Panel Flow(Moment moment)
    {
        var record = World.Record;
        var text = Line($"{moment.EventsPerSecond:N0} events/s   {moment.RecommendationsPerSecond:N0} recommendations/s   recommend p50 {moment.RecommendP50Ms:F1} ms  p99 {moment.RecommendP99Ms:F1} ms   fresh after {record.Freshness.QuantileMs(0.5):F1} ms (p99 {record.Freshness.QuantileMs(0.99):F1} ms)");
        var errors = record.Errors.Values.Sum();
        return new Panel(new Rows(new Text(text), new Text(errors == 0 ? "no errors" : Line($"{errors:N0} errors"), new Style(errors == 0 ? Color.Grey : Color.Red))))
        {
            Header = new PanelHeader(Line($" {100 * moment.Progress:F0} % of {options.Seconds} s ")),
            Expand = true,
        };
    }

    private Table ArmTable()
    {
        var table = new Table { Border = TableBorder.Rounded, Expand = true };
        table.AddColumns("Who fills the slate", "Seen", "Clicked", "CTR", "95 %");
        foreach (var arm in Enum.GetValues<Arm>())
        {
            var (impressions, clicks) = World.ArmRecord.Totals(arm);
            var interval = Wilson.Of(clicks, impressions);
            table.AddRow(
                arm.ToString(),
                Line($"{impressions:N0}"),
                Line($"{clicks:N0}"),
                Line($"{100.0 * clicks / Math.Max(1, impressions):F2} %"),
                Line($"{100 * interval.Low:F2}–{100 * interval.High:F2}"));
        }

        return table;
    }

    private static IRenderable ProductTable(Moment moment)
    {
        var table = new Table { Border = TableBorder.Rounded, Expand = true };
        table.AddColumns("Product most spoken of", "Said", "Learned", "Truth");
        foreach (var product in moment.Products)
        {
            table.AddRow(
                Markup.Escape(product.Item.Title),
                Line($"{product.Expressed}"),
                product.Learned is { } learned ? Line($"{learned:+0.00;-0.00} ± {product.Uncertainty:F2}") : "–",
                Line($"{product.Item.Truth.Quality:+0.00;-0.00}"));
        }

        return table;
    }

    private Text InterventionLine() => new("At checkout: " + string.Join("   ", Enum.GetValues<InterventionAction>()
        .Select(a => (Action: a, World.Interventions.Of(a).Decided))
        .Where(a => a.Decided > 0)
        .Select(a => Line($"{a.Action.ToString().ToLowerInvariant()} {a.Decided:N0}"))));

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
