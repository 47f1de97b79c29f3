namespace Grpc.Core;

/// <summary>Writes messages one after another.</summary>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>Options of the following writes.</summary>
    WriteOptions? WriteOptions { get; set; }

    /// <summary>Writes a message. One call at a time.</summary>
    Task WriteAsync(T message);

    /// <summary>Writes a message unless cancelled.</summary>
    Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            throw new NotSupportedException("Cancellation of stream writes is not supported by this gRPC implementation.");
        }

        return WriteAsync(message);
    }
}
