namespace Personalization.Conformance.Grpc.Hosting;

/// <summary>Happens once; whoever waits too long for it fails.</summary>
public sealed class Signal
{
    private readonly TaskCompletionSource _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Happened => _source.Task.WaitAsync(TimeSpan.FromSeconds(60));

    public void Set() => _source.TrySetResult();

    /// <summary>Happens when the token is cancelled.</summary>
    public CancellationTokenRegistration SetWith(CancellationToken token) => token.Register(Set);
}
