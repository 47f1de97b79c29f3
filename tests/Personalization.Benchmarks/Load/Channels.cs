using Grpc.Net.Client;

namespace Personalization.Benchmarks.Load;

/// <summary>Some connections to one server, used in turn, as a pool of storefront processes would.</summary>
internal sealed class Channels : IDisposable
{
    private readonly GrpcChannel[] _channels;
    private int _next;

    public Channels(string address, int count = 2) =>
        _channels = [.. Enumerable.Range(0, count).Select(_ => GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true },
            DisposeHttpClient = true,
        }))];

    /// <summary>Makes a client over each connection and hands them out in turn.</summary>
    public Func<T> Clients<T>(Func<GrpcChannel, T> make)
    {
        T[] clients = [.. _channels.Select(make)];
        return () => clients[(uint)Interlocked.Increment(ref _next) % (uint)clients.Length];
    }

    public void Dispose()
    {
        foreach (var channel in _channels)
        {
            channel.Dispose();
        }
    }
}
