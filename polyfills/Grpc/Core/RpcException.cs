using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>A call that did not end with <see cref="StatusCode.OK" />; thrown in a handler it decides the status that the caller sees.</summary>
public class RpcException : Exception
{
    /// <summary>With a status.</summary>
    public RpcException(Status status) : this(status, Metadata.Empty, status.ToString())
    {
    }

    /// <summary>With a status and a local message.</summary>
    public RpcException(Status status, string message) : this(status, Metadata.Empty, message)
    {
    }

    /// <summary>With a status and the trailers that go or came with it.</summary>
    public RpcException(Status status, Metadata trailers) : this(status, trailers, status.ToString())
    {
    }

    /// <summary>With a status, trailers and a local message.</summary>
    public RpcException(Status status, Metadata trailers, string message) : base(message, status.DebugException)
    {
        Status = status;
        Trailers = GrpcPreconditions.CheckNotNull(trailers);
    }

    /// <summary>The status.</summary>
    public Status Status { get; }

    /// <summary>The code of <see cref="Status" />.</summary>
    public StatusCode StatusCode => Status.StatusCode;

    /// <summary>Trailing metadata of the failed call.</summary>
    public Metadata Trailers { get; }
}
