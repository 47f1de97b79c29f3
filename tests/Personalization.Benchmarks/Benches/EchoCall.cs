using Personalization.Benchmarks.Floors;
using Personalization.Benchmarks.Load;
using Personalization.Benchmarks.V1;

namespace Personalization.Benchmarks.Benches;

/// <summary>A floor that is up, and how it is called.</summary>
internal sealed class EchoCall : IAsyncDisposable
{
    private readonly FloorServer _server;
    private readonly Channels _channels;

    private EchoCall(FloorServer server, Zipf users)
    {
        _server = server;
        _channels = new Channels(server.Address);
        var clients = _channels.Clients(channel => new EchoService.EchoServiceClient(channel));
        Call = async rng => await clients().EchoAsync(new EchoRequest { UserId = users.Next(rng), Number = 7 });
    }

    public Call Call { get; }

    public static async Task<EchoCall> BareAsync(Zipf users) => new(await FloorServer.StartEchoAsync(), users);

    public static async Task<EchoCall> GrainAsync(Zipf users) => new(await FloorServer.StartGrainAsync(), users);

    public async ValueTask DisposeAsync()
    {
        _channels.Dispose();
        await _server.DisposeAsync();
    }
}
