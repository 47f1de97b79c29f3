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
        _channels = To(server.Address, users, out var call);
        Call = call;
    }

    public Call Call { get; }

    /// <summary>Where the floor listens.</summary>
    public string Address => _server.Address;

    /// <summary>Reaches the floor's grains.</summary>
    public IGrainFactory Grains => _server.Grains;

    public static async Task<EchoCall> BareAsync(Zipf users) => new(await FloorServer.StartEchoAsync(), users);

    public static async Task<EchoCall> GrainAsync(Zipf users) => new(await FloorServer.StartGrainAsync(), users);

    /// <summary>How a floor is called that is up somewhere.</summary>
    public static Channels To(string address, Zipf users, out Call call)
    {
        var channels = new Channels(address);
        var clients = channels.Clients(channel => new EchoService.EchoServiceClient(channel));
        call = async rng => await clients().EchoAsync(new EchoRequest { UserId = users.Next(rng), Number = 7 });
        return channels;
    }

    public async ValueTask DisposeAsync()
    {
        _channels.Dispose();
        await _server.DisposeAsync();
    }
}
