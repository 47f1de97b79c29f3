using Personalization.Client;
using Personalization.LoadTest.Reporting;
using Personalization.LoadTest.Serving;

namespace Personalization.LoadTest.Commands;

/// <summary>Runs what was asked for, and leaves nothing behind.</summary>
internal static class Demo
{
    /// <summary>Something went wrong.</summary>
    private const int Failure = 1;

    /// <summary>Ended by a signal, as shells count it.</summary>
    private const int Interrupted = 130;

    public static async Task<int> RunAsync(DemoOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await using var server = await ServerHandle.OpenAsync(options, cancellationToken);
            return await RunAsync(options, server, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("demo: stopped.");
            return Interrupted;
        }
        catch (Exception e) when (e is ServerFailedException or Grpc.Core.RpcException or InvalidDataException or IOException)
        {
            await Console.Error.WriteLineAsync($"demo: {(e is Grpc.Core.RpcException rpc ? $"{rpc.StatusCode}: {rpc.Status.Detail}" : e.Message)}");
            return Failure;
        }
    }

    private static async Task<int> RunAsync(DemoOptions options, ServerHandle server, CancellationToken cancellationToken)
    {
        using var client = PersonalizationClient.Connect(server.Addresses.Grpc);
        if (options.Serve)
        {
            await ServeSession.RunAsync(options, server, client, cancellationToken);
            return 0;
        }

        var summary = options.Replay switch
        {
            { Kind: ReplayKind.Reviews } source => await new Replaying.ReviewsReplay(options, client, server.Addresses).RunAsync(source.File, cancellationToken),
            { Kind: ReplayKind.Sequences } source => await new Replaying.SequencesReplay(options, client, server.Addresses).RunAsync(source.File, cancellationToken),
            _ => await new SimulationSession(options, client, server).RunAsync(cancellationToken),
        };
        SummaryPrinter.Print(summary, Console.Out);
        if (options.Json)
        {
            await Console.Out.WriteLineAsync(summary.ToJson());
        }

        if (server.Gone is { } gone)
        {
            throw new ServerFailedException(gone);
        }

        return summary.Errors.Count == 0 ? 0 : Failure;
    }
}
