namespace Grpc.Core;

/// <summary>Writes a call's responses; the stream ends when the handler returns.</summary>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>;
