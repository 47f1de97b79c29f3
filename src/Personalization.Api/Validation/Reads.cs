using Grpc.Core;
using Microsoft.Extensions.Options;
using Personalization.Api.Errors;
using Personalization.Api.Ingestion;
using Personalization.Api.Profiles;
using Personalization.Domain.Ingestion;
using Personalization.Grains.Operations;

namespace Personalization.Api.Validation;

/// <summary>What every read of a user shares: whose key it is, from which offset on, and how long to wait for it.</summary>
internal sealed class Reads(IIdentityDirectory identities, IEventLog log, WaitingCalls calls, IOptions<ApiOptions> options, TimeProvider time)
{
    private readonly TimeSpan _maxWait = options.Value.MaxTokenWait;

    /// <summary>Whom a read is about, and which offset it must have seen.</summary>
    /// <param name="sent">The shopper's key as the caller wrote it; default when it is among the violations.</param>
    /// <param name="token">The consistency token; empty for none.</param>
    /// <param name="violations">Notes a spoiled token.</param>
    /// <param name="field">The token's field.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<Read> ResolveAsync(
        UserKey sent, string token, FieldViolations violations, string field, CancellationToken cancellationToken)
    {
        if (sent.Value is null)
        {
            return default;
        }

        var user = await identities.CanonicalAsync(sent, cancellationToken);
        var partition = Partitions.Of(user, log.PartitionCount);
        return new Read(user, ConsistencyToken.OffsetIn(partition, log.PartitionCount, token, violations, field));
    }

    /// <summary>Calls with a token that gives up when the offset is not reached in time.</summary>
    /// <exception cref="TokenNotReachedException">It was not.</exception>
    public async Task<T> WithinAsync<T>(Read read, ServerCallContext context, Func<CancellationToken, Task<T>> call)
    {
        using var waiting = calls.Begin();
        if (read.MinOffset == 0)
        {
            return await call(context.CancellationToken);
        }

        var start = time.GetTimestamp();
        using var patience = new CancellationTokenSource(_maxWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, context.CancellationToken);
        try
        {
            return await call(either.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException && IsOutOfTime(patience, context))
        {
            throw new TokenNotReachedException(time.GetElapsedTime(start));
        }
    }

    // A call that is cancelled before its deadline was given up by its caller.
    private bool IsOutOfTime(CancellationTokenSource patience, ServerCallContext context) =>
        patience.IsCancellationRequested || !context.CancellationToken.IsCancellationRequested
        || (context.Deadline != DateTime.MaxValue && context.Deadline <= time.GetUtcNow().UtcDateTime);
}

/// <summary>A read of a user.</summary>
/// <param name="User">Whom it is about.</param>
/// <param name="MinOffset">The offset of the user's partition that it must have seen; 0 for none.</param>
internal readonly record struct Read(UserKey User, long MinOffset);
