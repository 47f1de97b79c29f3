using System.Diagnostics;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Benchmarks.Slates;

/// <summary>Times the decision for a slate and learning from it; who comes and what he clicks is not timed.</summary>
internal static class SlateSpeed
{
    private const int Block = 100;

    /// <summary>Microseconds a slate in the median block and in the one that a twentieth of all were faster than.</summary>
    /// <param name="shape">The sizes of the world.</param>
    /// <param name="arm">The policy.</param>
    /// <param name="rounds">How many slates, at least 100.</param>
    /// <param name="seed">The world and its shoppers.</param>
    public static (double Median, double Fastest) Measure(SlateShape shape, SlateArm arm, int rounds, ulong seed)
    {
        var world = new SlateWorld(shape, seed);
        var policy = arm.Create(world, seed);
        var random = new SeededRandom(seed);
        var (slate, clicks) = (new int[shape.Slots], new double[shape.Slots]);
        var blocks = new double[rounds / Block];
        for (var t = 0; t < blocks.Length * Block; t++)
        {
            world.Next();
            var started = Stopwatch.GetTimestamp();
            policy.Choose(slate);
            var chosen = Stopwatch.GetElapsedTime(started);
            SlatePlay.Click(world, slate, clicks, ref random);
            started = Stopwatch.GetTimestamp();
            policy.Learn(slate, clicks);
            blocks[t / Block] += (chosen + Stopwatch.GetElapsedTime(started)).TotalMicroseconds / Block;
        }

        Array.Sort(blocks);
        return (blocks[blocks.Length / 2], blocks[blocks.Length / 20]);
    }
}
