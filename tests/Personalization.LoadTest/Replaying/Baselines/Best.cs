namespace Personalization.LoadTest.Replaying.Baselines;

/// <summary>Picks the best of many.</summary>
internal static class Best
{
    /// <summary>The items of the highest scores, best first; of equals the one of the lower number.</summary>
    /// <param name="scores">A score per item; those of <see cref="double.NegativeInfinity"/> are never picked.</param>
    /// <param name="count">At most so many.</param>
    public static int[] Of(ReadOnlySpan<double> scores, int count)
    {
        var best = new PriorityQueue<int, (double, int)>(count + 1);
        for (var i = 0; i < scores.Length; i++)
        {
            if (!double.IsNegativeInfinity(scores[i]))
            {
                best.EnqueueDequeue(i, (scores[i], -i), count);
            }
        }

        var picked = new int[best.Count];
        for (var place = picked.Length - 1; place >= 0; place--)
        {
            picked[place] = best.Dequeue();
        }

        return picked;
    }

    private static void EnqueueDequeue(this PriorityQueue<int, (double, int)> queue, int item, (double, int) priority, int count)
    {
        if (queue.Count < count)
        {
            queue.Enqueue(item, priority);
        }
        else
        {
            queue.EnqueueDequeue(item, priority);
        }
    }
}
