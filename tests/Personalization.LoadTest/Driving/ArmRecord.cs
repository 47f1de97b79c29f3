using Personalization.LoadTest.Arms;
using Personalization.LoadTest.Measuring;
using Personalization.LoadTest.Shoppers;

namespace Personalization.LoadTest.Driving;

/// <summary>What the shoppers of each arm saw and did, shopper by shopper and quarter by quarter of the run.</summary>
internal sealed class ArmRecord(IReadOnlyList<SimulatedShopper> shoppers)
{
    /// <summary>Into how many parts of the run clicks are sorted, to show what is learned on the way.</summary>
    public const int Periods = 4;

    private static readonly int ArmCount = Enum.GetValues<Arm>().Length;
    private readonly long[] _impressions = new long[shoppers.Count];
    private readonly long[] _clicks = new long[shoppers.Count];
    private readonly long[,] _periodImpressions = new long[ArmCount, Periods];
    private readonly long[,] _periodClicks = new long[ArmCount, Periods];
    private readonly long[] _carts = new long[ArmCount];
    private readonly long[] _purchases = new long[ArmCount];
    private readonly long[] _revenueCents = new long[ArmCount];

    /// <summary>A slate was looked at.</summary>
    /// <param name="shopper">By whom; a shopper makes one visit at a time, so their own counts have one writer.</param>
    /// <param name="impressions">Slots seen.</param>
    /// <param name="clicks">Slots clicked.</param>
    /// <param name="progress">How much of the run is over, 0 to 1.</param>
    public void Looked(SimulatedShopper shopper, int impressions, int clicks, double progress)
    {
        var arm = (int)shopper.Arm;
        var period = Math.Clamp((int)(progress * Periods), 0, Periods - 1);
        Interlocked.Add(ref _impressions[shopper.Index], impressions);
        Interlocked.Add(ref _clicks[shopper.Index], clicks);
        Interlocked.Add(ref _periodImpressions[arm, period], impressions);
        Interlocked.Add(ref _periodClicks[arm, period], clicks);
    }

    public void Carted(SimulatedShopper shopper) => Interlocked.Increment(ref _carts[(int)shopper.Arm]);

    public void Bought(SimulatedShopper shopper, decimal revenue)
    {
        Interlocked.Increment(ref _purchases[(int)shopper.Arm]);
        Interlocked.Add(ref _revenueCents[(int)shopper.Arm], (long)(revenue * 100));
    }

    /// <summary>Impressions and clicks of an arm so far.</summary>
    public (long Impressions, long Clicks) Totals(Arm arm)
    {
        long impressions = 0, clicks = 0;
        for (var p = 0; p < Periods; p++)
        {
            impressions += Volatile.Read(ref _periodImpressions[(int)arm, p]);
            clicks += Volatile.Read(ref _periodClicks[(int)arm, p]);
        }

        return (impressions, clicks);
    }

    /// <summary>Click-through by period.</summary>
    public double[] PeriodRates(Arm arm) =>
        [.. Enumerable.Range(0, Periods).Select(p => _periodClicks[(int)arm, p] / (double)Math.Max(1, _periodImpressions[(int)arm, p]))];

    public (long Carts, long Purchases, decimal Revenue) Sales(Arm arm) =>
        (_carts[(int)arm], _purchases[(int)arm], _revenueCents[(int)arm] / 100m);

    /// <summary>One cluster for each shopper of the arm who saw anything.</summary>
    public IReadOnlyList<ClusteredBootstrap.Cluster> Clusters(Arm arm) =>
    [
        .. shoppers.Where(s => s.Arm == arm && _impressions[s.Index] > 0)
            .Select(s => new ClusteredBootstrap.Cluster(_impressions[s.Index], _clicks[s.Index])),
    ];
}
