namespace Grpc.Core;

/// <summary>Reads messages one after another.</summary>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The message that the last successful <see cref="MoveNext" /> read.</summary>
    T Current { get; }

    /// <summary>Reads the next message; false when the stream has ended well. One call at a time.</summary>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}
