using Microsoft.Extensions.Time.Testing;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Operations;

namespace Personalization.Cluster.Tests.Ingestion;

/// <summary>A gate whose only place was held for long and rests, with the least share.</summary>
internal static class RestingGate
{
    public static async Task<PumpGate> MakeAsync(int batch, WaitingCalls calls, FakeTimeProvider time)
    {
        var gate = new PumpGate(1, batch, calls, time);
        var place = await gate.EnterToFoldAsync(batch, new FoldUrgency(gate), default);
        while (gate.Share.Now > FoldShare.Least)
        {
            time.Advance(FoldShare.Interval);
            for (var i = 0; i < FoldShare.Fewest; i++)
            {
                gate.Share.Observe(FoldShare.Patience * 2, isWaitedFor: true);
            }
        }

        place.Dispose();
        return gate;
    }
}
