using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Personalization.Api.Validation;

namespace Personalization.Api.Errors;

/// <summary>
/// Errors with details after the richer error model of gRPC: a <c>google.rpc.Status</c> with ErrorInfo and, where they
/// help, BadRequest or RetryInfo, in the trailer <c>grpc-status-details-bin</c>.
/// </summary>
internal static class RpcErrors
{
    /// <summary>The trailer that carries the details.</summary>
    public const string DetailsTrailer = "grpc-status-details-bin";

    /// <summary>Throws INVALID_ARGUMENT when something is wrong.</summary>
    public static void ThrowIfAny(this FieldViolations violations)
    {
        if (!violations.None)
        {
            throw ToException(Invalid(violations));
        }
    }

    /// <summary>INVALID_ARGUMENT for one field.</summary>
    public static RpcException Invalid(string field, string description)
    {
        var violations = new FieldViolations();
        violations.Add(field, description);
        return ToException(Invalid(violations));
    }

    /// <summary>INVALID_ARGUMENT with all violations.</summary>
    public static RpcStatus Invalid(FieldViolations violations, string reason = Reasons.InvalidField)
    {
        var request = new BadRequest();
        request.FieldViolations.Add(violations.Found);
        return Make(StatusCode.InvalidArgument, reason, violations.Describe(), request);
    }

    /// <summary>NOT_FOUND of a thing with a name.</summary>
    public static RpcStatus NotFound(string type, string name) =>
        Make(StatusCode.NotFound, Reasons.NotFound, $"There is no {type} '{name}'.", new ResourceInfo { ResourceType = type, ResourceName = name });

    /// <summary>RESOURCE_EXHAUSTED with the time after which trying again makes sense.</summary>
    public static RpcStatus Exhausted(string reason, string message, TimeSpan retryAfter) =>
        Make(StatusCode.ResourceExhausted, reason, message, new RetryInfo { RetryDelay = Duration.FromTimeSpan(retryAfter) });

    /// <summary>UNAVAILABLE with the time after which trying again makes sense.</summary>
    public static RpcStatus Unavailable(string message, TimeSpan retryAfter) =>
        Make(StatusCode.Unavailable, Reasons.EngineUnavailable, message, new RetryInfo { RetryDelay = Duration.FromTimeSpan(retryAfter) });

    /// <summary>A status with its reason and, when given, one more detail.</summary>
    public static RpcStatus Make(StatusCode code, string reason, string message, IMessage? detail = null)
    {
        var status = new RpcStatus { Code = (int)code, Message = message };
        status.Details.Add(Any.Pack(new ErrorInfo { Reason = reason, Domain = Reasons.Domain }));
        if (detail is not null)
        {
            status.Details.Add(Any.Pack(detail));
        }

        return status;
    }

    /// <summary>The exception that answers a call with a status.</summary>
    public static RpcException ToException(RpcStatus status) =>
        new(new Grpc.Core.Status((StatusCode)status.Code, status.Message), new Metadata { { DetailsTrailer, status.ToByteArray() } });

    /// <summary>The details of an exception; null when it has none.</summary>
    public static RpcStatus? DetailsOf(RpcException exception) =>
        exception.Trailers.GetValueBytes(DetailsTrailer) is { } bytes ? RpcStatus.Parser.ParseFrom(bytes) : null;
}
