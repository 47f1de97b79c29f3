using System.Runtime.CompilerServices;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Rewards;

namespace Personalization.Api.Tests.Fakes;

/// <summary>A decision log in memory, which can be made to wait before it is read.</summary>
internal sealed class MemoryDecisionLog : IDecisionLog
{
    private readonly List<LoggedDecision> _lines = [];

    /// <summary>What a reader waits for.</summary>
    public Task Ready { get; set; } = Task.CompletedTask;

    /// <summary>Completes when somebody begins to read.</summary>
    public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValueTask AppendAsync(IReadOnlyList<LoggedDecision> decisions, CancellationToken cancellationToken)
    {
        _lines.AddRange(decisions);
        return ValueTask.CompletedTask;
    }

    public async IAsyncEnumerable<LoggedDecision> ScanAsync(
        DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Asked.TrySetResult();
        await Ready.WaitAsync(cancellationToken);
        foreach (var line in _lines.Where(line => line.At >= from && line.At < to))
        {
            yield return line;
        }
    }

    public ValueTask<int> RemoveUserAsync(UserKey user, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_lines.RemoveAll(line => line.User == user));

    public ValueTask<int> TrimAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_lines.RemoveAll(line => line.At < before));
}
