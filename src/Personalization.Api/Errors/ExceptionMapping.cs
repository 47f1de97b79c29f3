using Grpc.Core;
using Orleans.Runtime;
using Personalization.Domain.Ingestion;
using Personalization.Grains.Recommendations;

namespace Personalization.Api.Errors;

/// <summary>What a caller is told of an exception, by its type. What is not known is INTERNAL and says nothing of the inside.</summary>
internal static class ExceptionMapping
{
    private static readonly TimeSpan s_siloRetry = TimeSpan.FromMilliseconds(250);

    /// <summary>The answer for an exception of a call.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="context">The call.</param>
    /// <param name="now">The time, for telling a deadline from a caller who went away.</param>
    /// <param name="reference">What finds the call in the logs.</param>
    public static RpcException ToRpc(Exception exception, ServerCallContext context, DateTimeOffset now, string reference) =>
        exception as RpcException ?? RpcErrors.ToException(ToStatus(exception, IsPast(context, now), reference));

    /// <summary>The status for an exception.</summary>
    public static RpcStatus ToStatus(Exception exception, bool deadlinePassed, string reference) => exception switch
    {
        RpcException rpc => RpcErrors.DetailsOf(rpc) ?? new RpcStatus { Code = (int)rpc.StatusCode, Message = rpc.Status.Detail },
        EventLogOverloadedException overloaded =>
            RpcErrors.Exhausted(Reasons.LogOverloaded, "More events wait than can be written soon.", overloaded.RetryAfter),
        TooFarBehindException behind => RpcErrors.Exhausted(Reasons.TooFarBehind, behind.Message, behind.RetryAfter),
        RequestIdReusedException reused => RpcErrors.Make(StatusCode.AlreadyExists, Reasons.RequestIdReused, reused.Message),
        TokenNotReachedException notReached => RpcErrors.Make(StatusCode.DeadlineExceeded, Reasons.TokenNotReached, notReached.Message),
        OperationCanceledException when deadlinePassed => Deadline(),
        OperationCanceledException => RpcErrors.Make(StatusCode.Cancelled, "CANCELLED", "The call was cancelled."),
        TimeoutException => Deadline(),
        OrleansException => RpcErrors.Unavailable("A part of the engine does not answer at the moment.", s_siloRetry),
        _ => RpcErrors.Make(StatusCode.Internal, Reasons.Internal, $"The engine failed; reference {reference}."),
    };

    private static RpcStatus Deadline() =>
        RpcErrors.Make(StatusCode.DeadlineExceeded, Reasons.DeadlineExceeded, "The deadline passed before there was an answer.");

    private static bool IsPast(ServerCallContext context, DateTimeOffset now) =>
        context.Deadline != DateTime.MaxValue && context.Deadline <= now.UtcDateTime;
}

/// <summary>More events are acknowledged and not folded in than may be; nothing of the call was taken.</summary>
internal sealed class TooFarBehindException(long behind, long most, TimeSpan retryAfter)
    : Exception($"{behind} events are acknowledged and not folded in yet; allowed: {most}.")
{
    /// <summary>When trying again makes sense.</summary>
    public TimeSpan RetryAfter => retryAfter;
}

/// <summary>The events behind a consistency token were not folded in within the time given.</summary>
internal sealed class TokenNotReachedException(TimeSpan waited)
    : Exception($"The events behind the consistency token were not folded in within {waited.TotalMilliseconds:F0} ms.");
