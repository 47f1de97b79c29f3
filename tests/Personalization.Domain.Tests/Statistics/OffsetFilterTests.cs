using Personalization.Domain.Statistics;

namespace Personalization.Domain.Tests.Statistics;

public sealed class OffsetFilterTests
{
    private static readonly GaussianEstimate Rest = new(0.1, 0.25);

    [Fact]
    public void Measure_SourcesThatAreNeverOff_IsTheScalarFilter()
    {
        var random = new Random(1);
        for (var run = 0; run < 50; run++)
        {
            var scalar = new OrnsteinUhlenbeckFilter(Rest.Mean, Rest.Variance, timeConstant: 1);
            var filter = new OffsetFilter(Rest, [default], new double[OffsetFilter.Room(1)]);
            for (var i = 0; i < 20; i++)
            {
                var (kept, value, noise) = (random.NextDouble(), random.NextDouble() - 0.5, 0.01 + random.NextDouble());
                scalar.Forget(kept);
                filter.Forget(kept, shared: 0);
                scalar.Measure(value, noise);
                filter.Measure(offset: i % 2 - 1, value, noise);
            }

            Assert.Equal(scalar.Now.Mean, filter.Now.Mean, 1e-12);
            Assert.Equal(scalar.Now.Variance, filter.Now.Variance, 1e-12);
        }
    }

    [Fact]
    public void Measure_SeveralOfOneOccasion_ShareItsError()
    {
        var filter = new OffsetFilter(Rest, [], new double[OffsetFilter.Room(0)]);
        filter.Forget(0, shared: 0.3);
        for (var i = 0; i < 10_000; i++)
        {
            filter.Measure(-1, 0.9, noise: 1);
        }

        // What all of them share stays: they are one measurement of variance 0.3 + 1/10,000.
        Assert.Equal(1 / ((1 / 0.25) + (1 / 0.3001)), filter.Now.Variance, 1e-9);
    }

    [Fact]
    public void Estimate_OfTheModelsOwnData_IsAsFarOffAsItSays()
    {
        const int Runs = 4000;
        var random = new Random(2);
        double process = 0, offset = 0, both = 0;
        for (var run = 0; run < Runs; run++)
        {
            var filter = new OffsetFilter(Rest, [new(0, 0.04), new(0, 0.09)], new double[OffsetFilter.Room(2)]);
            var truth = Rest.Mean + (0.5 * Normal(random));
            double[] offsets = [0.2 * Normal(random), 0.3 * Normal(random)];
            for (var occasion = 0; occasion < 6; occasion++)
            {
                var kept = occasion == 0 ? 0 : random.NextDouble();
                truth = occasion == 0 ? truth : Rest.Mean + (kept * (truth - Rest.Mean)) + (0.5 * Math.Sqrt(1 - (kept * kept)) * Normal(random));
                filter.Forget(kept, shared: 0.02);
                var shared = Math.Sqrt(0.02) * Normal(random);
                foreach (var source in new[] { -1, 0, 1 })
                {
                    filter.Measure(source, truth + shared + (source < 0 ? 0 : offsets[source]) + (0.3 * Normal(random)), 0.09);
                }
            }

            process += Square(filter.Now.Mean - truth) / filter.Now.Variance / Runs;
            offset += Square(filter.Offset(0).Mean - offsets[0]) / filter.Offset(0).Variance / Runs;
            both += Square(filter.Offset(1).Mean - offsets[1]) / filter.Offset(1).Variance / Runs;
        }

        // The mean of 4,000 squares of standard normals is 1 ± 0.022: four of those.
        Assert.InRange(process, 0.91, 1.09);
        Assert.InRange(offset, 0.91, 1.09);
        Assert.InRange(both, 0.91, 1.09);
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double Square(double value) => value * value;
}
