using Microsoft.Extensions.Options;
using Personalization.Host.Configuration;

namespace Personalization.Host.Operations;

/// <summary>Stops the engine when standard input ends, where <see cref="EngineOptions.StopWithInput"/> says so.</summary>
internal sealed class InputWatcher(IOptions<EngineOptions> options, IHostApplicationLifetime lifetime) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.StopWithInput)
        {
            // A thread of its own, for the console's streams block; nobody waits for it.
            new Thread(Watch) { IsBackground = true, Name = "standard input" }.Start();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Watch()
    {
        using var input = Console.OpenStandardInput();
        Span<byte> unread = stackalloc byte[256];
        while (input.Read(unread) > 0)
        {
            // What is said there means nothing.
        }

        lifetime.StopApplication();
    }
}
