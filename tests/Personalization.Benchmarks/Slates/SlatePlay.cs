using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Benchmarks.Slates;

/// <summary>Plays a policy in a world, from nothing.</summary>
internal static class SlatePlay
{
    /// <summary>Plays.</summary>
    /// <param name="shape">The sizes of the world.</param>
    /// <param name="arm">The policy.</param>
    /// <param name="rounds">How many shoppers come, at least as many as there are checkpoints.</param>
    /// <param name="seed">The world and its shoppers, the same for every arm.</param>
    public static SlateRun Run(SlateShape shape, SlateArm arm, int rounds, ulong seed)
    {
        var world = new SlateWorld(shape, seed);
        var policy = arm.Create(world, seed ^ 0xA5A5);
        var clicker = new SeededRandom(seed ^ 0x5A5A);
        var (slate, clicks, regret) = (new int[shape.Slots], new double[shape.Slots], new double[SlateRun.Checkpoints]);
        var (lost, clicked, lastGot, lastBest) = (0.0, 0.0, 0.0, 0.0);
        for (var t = 0; t < rounds; t++)
        {
            world.Next();
            policy.Choose(slate);
            clicked += Click(world, slate, clicks, ref clicker);
            policy.Learn(slate, clicks);

            var (got, best) = (world.Value(slate), world.Value(world.Best.AsSpan(0, shape.Slots)));
            lost += best - got;
            regret[(int)((long)t * SlateRun.Checkpoints / rounds)] = lost;
            if (t >= rounds - (rounds / 10))
            {
                lastGot += got;
                lastBest += best;
            }
        }

        return new SlateRun(regret, clicked / rounds, lastGot / lastBest, policy.LearnedExamination);
    }

    /// <summary>Looks at each position with probability b, and clicks what is looked at by its attraction. Returns the clicks.</summary>
    public static double Click(SlateWorld world, ReadOnlySpan<int> slate, Span<double> clicks, ref SeededRandom random)
    {
        var sum = 0.0;
        for (var k = 0; k < slate.Length; k++)
        {
            clicks[k] = random.NextUnit() < world.Examination[k] * world.Attraction[slate[k]] ? 1 : 0;
            sum += clicks[k];
        }

        return sum;
    }
}
