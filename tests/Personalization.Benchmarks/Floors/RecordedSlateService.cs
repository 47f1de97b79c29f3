using Grpc.Core;
using Personalization.Domain.Ingestion;
using Personalization.V1;

namespace Personalization.Benchmarks.Floors;

/// <summary>
/// Answers every request with the same slate, but asks the user's trivial grain first, and appends to a log what the engine remembers
/// of a slate: what is left of a recommendation whose outcomes can be joined after a crash, when nothing is looked for or drawn.
/// </summary>
/// <param name="slate">The slate.</param>
/// <param name="record">What the engine's log holds of it.</param>
/// <param name="grains">Reaches the grains.</param>
/// <param name="log">The log. Nobody reads it.</param>
internal sealed class RecordedSlateService(RecommendResponse slate, RecordBody record, IGrainFactory grains, IEventLog log)
    : RecommendationService.RecommendationServiceBase
{
    private static long s_next;

    public override async Task<RecommendResponse> Recommend(RecommendRequest request, ServerCallContext context)
    {
        await grains.GetGrain<IEchoGrain>(request.Shopper.UserId).EchoAsync(request.PageSize);
        var number = Interlocked.Increment(ref s_next);
        var entry = new LogEntry(UserKey.Known(request.Shopper.UserId), $"decision:{number:x24}", new UInt128(0, (ulong)number), record.Bytes)
        {
            IsQuiet = true,
        };

        // As in the engine, the answer does not wait for it.
        _ = log.AppendAsync([entry], CancellationToken.None).AsTask();
        return slate;
    }
}

/// <summary>What a log holds of something.</summary>
internal sealed record RecordBody(ReadOnlyMemory<byte> Bytes);
