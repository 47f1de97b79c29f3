using Microsoft.Extensions.Logging;
using Personalization.Domain.Recommendations.Candidates;

namespace Personalization.Grains.Snapshots;

/// <summary>
/// Has the factor model made anew in the background when the graph has changed, on a thread of its own that yields to whoever
/// serves: for at most a twentieth of the time of one processor, and whenever the graph has doubled. Belongs to the silo's follower and is called in its turns.
/// </summary>
internal sealed partial class FactorRefresher(FactorOptions options, TimeProvider time, ILogger logger)
{
    private const double RestsFor = 19;
    private static readonly TimeSpan s_shortestRest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longestRest = TimeSpan.FromHours(1);

    private readonly CancellationTokenSource _stopping = new();
    private Task<FactorNeighbours>? _making;
    private long _began;
    private DateTimeOffset _restsUntil = DateTimeOffset.MinValue;

    /// <summary>Takes over a model that has been finished, and begins another when one is due.</summary>
    /// <returns>The finished model; null when there is none since the last time.</returns>
    public async ValueTask<FactorNeighbours?> TurnAsync(SnapshotSet current)
    {
        var made = await TakeAsync();
        var known = made ?? current.Factors;
        if (_making is null && !_stopping.IsCancellationRequested
            && current.CoVisitation is { Version: > 0 } graph && graph.Version != known?.GraphVersion
            && (time.GetUtcNow() >= _restsUntil || known?.GraphVersion * 2 < graph.Version))
        {
            _began = time.GetTimestamp();
            _making = Task.Factory.StartNew(
                () => Make(graph, current.Catalog.Directory.Count), _stopping.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        return made;
    }

    /// <summary>Begins no more, and has what is being made given up. May be called again.</summary>
    public void Stop() => _stopping.Cancel();

    private FactorNeighbours Make(CoVisitationSnapshot graph, int count)
    {
        BackgroundThread.Lower();
        return FactorNeighbours.Of(graph, count, options, _stopping.Token);
    }

    private async ValueTask<FactorNeighbours?> TakeAsync()
    {
        if (_making is not { IsCompleted: true } made)
        {
            return null;
        }

        _making = null;
        var rest = time.GetElapsedTime(_began) * RestsFor;
        _restsUntil = time.GetUtcNow() + TimeSpan.FromTicks(Math.Clamp(rest.Ticks, s_shortestRest.Ticks, s_longestRest.Ticks));
        if (made.IsCompletedSuccessfully)
        {
            return await made;
        }

        if (made.Exception is { } failure)
        {
            LogFailed(logger, failure);
        }

        return null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The factor model could not be made; the last one stays, and another try follows.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
