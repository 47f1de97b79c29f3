using Microsoft.Extensions.Logging;
using Personalization.Domain.Recommendations.Modes;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Grains.Recommendations;

// The policy's model as a file: out, in, and back. Offsets stay what they are: what the log has taught is not taught again.
public sealed partial class PolicyGrain
{
    // Changes are written as a contributor's of no partition.
    private const int Operators = -1;

    private bool _changing;

    /// <inheritdoc/>
    public Task<PolicyReportMessage> Report() => Task.FromResult(MakeReport());

    /// <inheritdoc/>
    public Task<PolicyFileMessage> Export() => Task.FromResult(new PolicyFileMessage(PolicyFile.Encode(Statistics.Model)));

    /// <inheritdoc/>
    public Task<PolicyChangeMessage> Import(PolicyFileMessage file) => ChangeAsync(() => ReplaceAsync(Decode(file.Bytes), Modes.Exploration));

    /// <inheritdoc/>
    public Task<PolicyChangeMessage> ImportAsPrior(PolicyFileMessage file) =>
        ChangeAsync(() => ReplaceAsync(Decode(file.Bytes).AsPrior(), Modes.Exploration));

    /// <inheritdoc/>
    public Task<PolicyChangeMessage> RollBack() => ChangeAsync(() => previous.State.Model is { } bytes
        ? ReplaceAsync(Decode(bytes), previous.State.Exploration)
        : throw new PolicyStateException("There is no policy before this one."));

    /// <summary>Makes a change, unless another one is under way, and says how it went.</summary>
    /// <param name="change">Throws <see cref="FormatException"/> for a model of no use, <see cref="PolicyStateException"/> for what cannot be as things stand.</param>
    private async Task<PolicyChangeMessage> ChangeAsync(Func<Task> change)
    {
        if (_changing)
        {
            return Told(PolicyChangeStatus.NotPossible, "Another change of the policy is under way.");
        }

        _changing = true;
        try
        {
            await change();
            return Told(PolicyChangeStatus.Done, string.Empty);
        }
        catch (FormatException e)
        {
            return Told(PolicyChangeStatus.Refused, e.Message);
        }
        catch (PolicyStateException e)
        {
            return Told(PolicyChangeStatus.NotPossible, e.Message);
        }
        finally
        {
            _changing = false;
        }
    }

    private PolicyModel Decode(byte[] bytes) => PolicyFile.Decode(bytes, Statistics.Ridge.Shape, model.Policy);

    /// <summary>Goes on from another model and with another exploration rule.</summary>
    /// <param name="next">The model; null to go on from the one there is.</param>
    /// <param name="exploration">The rule; null for the configured one.</param>
    /// <param name="isPromotion">Both are the shadow's, which then stands no longer.</param>
    private async Task ReplaceAsync(PolicyModel? next, ExplorationSpec? exploration, bool isPromotion = false)
    {
        // What is replaced is persisted first: whatever fails afterwards, it is there.
        var version = Statistics.Version;
        var before = (Statistics.Model, Modes.Exploration);
        await KeepAsync(before);
        var taughtMeanwhile = Statistics.Version != version;
        if (next is not null)
        {
            Statistics.Replace(next);
            _news!.Changed(Statistics.Version);
        }

        if (isPromotion)
        {
            // In the same turn: no lesson is to reach the model twice.
            Modes.Unload();
        }

        if (exploration != Modes.Exploration)
        {
            Modes.Explore(exploration);
        }

        if (taughtMeanwhile && next is not null)
        {
            await KeepAsync(before);
        }

        await PersistModesAsync();
        LogReplaced(logger, PolicyStatistics.NameOf(Statistics.Version), Statistics.Observations);
    }

    private Task KeepAsync((PolicyModel Model, ExplorationSpec? Exploration) before)
    {
        previous.State.Model = PolicyFile.Encode(before.Model);
        previous.State.Exploration = before.Exploration;
        return previous.WriteStateAsync();
    }

    private PolicyChangeMessage Told(PolicyChangeStatus status, string problem) => new(status, problem, MakeReport());

    private PolicyReportMessage MakeReport()
    {
        var standing = Statistics.Model.Standing;
        var learned = Statistics.Model.Examination;
        return new PolicyReportMessage
        {
            Version = PolicyStatistics.NameOf(Statistics.Version),
            Observations = standing.Observations,
            Misfits = Statistics.Misfits,
            Products = Statistics.Ridge.ItemCount,
            MeanReward = standing.MeanReward,
            ItemLambda = Statistics.Ridge.ItemLambda,
            LambdaChanges = standing.LambdaChanges,
            Examination = [.. Enumerable.Range(1, learned.Positions).Select(learned.At)],
            Alarms = standing.Alarms,
            AlarmedAt = standing.AlarmedAt,
            AlarmScore = standing.AlarmScore,
            HasPrevious = previous.State.Model is not null,
            Mode = Modes.Mode,
            Shadow = Modes.Shadow is { } shadow ? ReportOf(shadow) : null,
            Exploration = Modes.Exploration?.Name ?? string.Empty,
            Exit = Modes.Exit is { } exit ? new ApprenticeExitMessage(exit.Decisions, exit.Agreement, exit.RewardShare) : null,
        };
    }

    [LoggerMessage(2, LogLevel.Information, "The recommendation policy goes on as {Version} from a model of {Observations} observations.")]
    private static partial void LogReplaced(ILogger logger, string version, long observations);
}
