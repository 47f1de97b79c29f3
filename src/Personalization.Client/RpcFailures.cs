using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace Personalization.Client;

/// <summary>What a failed call says about itself beyond its status code.</summary>
public static class RpcFailures
{
    private const string DetailsKey = "grpc-status-details-bin";

    /// <summary>The rich status that came with the failure; null when there is none or it cannot be read.</summary>
    /// <param name="failure">The failure.</param>
    public static Google.Rpc.Status? GetRichStatus(this RpcException failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        var bytes = failure.Trailers.GetValueBytes(DetailsKey);
        if (bytes is null)
        {
            return null;
        }

        try
        {
            return Google.Rpc.Status.Parser.ParseFrom(bytes);
        }
        catch (Google.Protobuf.InvalidProtocolBufferException)
        {
            return null;
        }
    }

    /// <summary>How long the server asks to wait before trying again (RetryInfo); null when it does not say.</summary>
    /// <param name="failure">The failure.</param>
    public static TimeSpan? GetRetryDelay(this RpcException failure) =>
        failure.GetRichStatus()?.Detail<RetryInfo>(RetryInfo.Descriptor)?.RetryDelay?.ToTimeSpan();

    /// <summary>The fields that were wrong, with what is allowed (BadRequest); empty when the server names none.</summary>
    /// <param name="failure">The failure.</param>
    public static IReadOnlyList<BadRequest.Types.FieldViolation> GetFieldViolations(this RpcException failure) =>
        failure.GetRichStatus()?.Detail<BadRequest>(BadRequest.Descriptor)?.FieldViolations ?? [];

    /// <summary>The reason code of the failure (ErrorInfo.reason); null when the server gives none.</summary>
    /// <param name="failure">The failure.</param>
    public static string? GetReason(this RpcException failure) =>
        failure.GetRichStatus()?.Detail<ErrorInfo>(ErrorInfo.Descriptor)?.Reason;

    private static T? Detail<T>(this Google.Rpc.Status status, Google.Protobuf.Reflection.MessageDescriptor descriptor)
        where T : class, Google.Protobuf.IMessage, new()
    {
        foreach (Any any in status.Details)
        {
            if (any.Is(descriptor))
            {
                var message = new T();
                message.MergeFrom(any.Value.CreateCodedInput());
                return message;
            }
        }

        return null;
    }
}
