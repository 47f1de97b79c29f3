using System.Net;
using System.Net.Sockets;
using Personalization.Grains;
using Personalization.Storage.Sqlite;

namespace Personalization.Host.Configuration;

/// <summary>The silo of a single process: membership in memory, state in the embedded store, news over memory streams.</summary>
internal static class SiloSetup
{
    public static void AddSilo(this WebApplicationBuilder builder, EngineOptions options)
    {
        // News that was on its way when its follower left is dropped: that is as it should be, and nobody need be warned.
        builder.Logging.AddFilter("Orleans.Streams.StreamConsumerExtension", LogLevel.Error);
        builder.Host.UseOrleans(silo => AddParts(silo, options));
    }

    private static void AddParts(ISiloBuilder silo, EngineOptions options)
    {
        if (options.OtlpEndpoint.Length > 0)
        {
            // Grain calls carry the trace only where there is somewhere to send it: every filter takes calls the slower way.
            silo.AddActivityPropagation();
        }

        // Free ports: two engines side by side must not meet.
        silo.UseLocalhostClustering(FreePort(), FreePort(), serviceId: "personalization", clusterId: "personalization");
        silo.Services.AddPersonalizationGrainStorage(StorageNames.State);
        // Who follows which stream is known again at every start; only the news itself travels here, and it may be lost.
        silo.AddMemoryGrainStorage("PubSubStore");
        silo.AddMemoryStreams(StorageNames.Streams);
        silo.AddPersonalizationSilo();
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
