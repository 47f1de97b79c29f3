using Microsoft.Extensions.Logging;
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
    public Task<PolicyChangeMessage> Import(PolicyFileMessage file) => ChangeAsync(() => file.Bytes, static model => model);

    /// <inheritdoc/>
    public Task<PolicyChangeMessage> ImportAsPrior(PolicyFileMessage file) => ChangeAsync(() => file.Bytes, static model => model.AsPrior());

    /// <inheritdoc/>
    public Task<PolicyChangeMessage> RollBack() => ChangeAsync(() => previous.State.Model, static model => model);

    private async Task<PolicyChangeMessage> ChangeAsync(Func<byte[]?> source, Func<PolicyModel, PolicyModel> taken)
    {
        if (_changing)
        {
            return Told(PolicyChangeStatus.NotPossible, "Another change of the policy is under way.");
        }

        _changing = true;
        try
        {
            return source() is { } bytes
                ? await ReplaceAsync(taken(PolicyFile.Decode(bytes, Statistics.Ridge.Shape, model.Policy)))
                : Told(PolicyChangeStatus.NotPossible, "There is no policy before this one.");
        }
        catch (FormatException e)
        {
            return Told(PolicyChangeStatus.Refused, e.Message);
        }
        finally
        {
            _changing = false;
        }
    }

    private async Task<PolicyChangeMessage> ReplaceAsync(PolicyModel next)
    {
        // What is replaced is persisted first: whatever fails afterwards, it is there.
        var version = Statistics.Version;
        await KeepAsync(Statistics.Model);
        var taughtMeanwhile = Statistics.Version != version;
        var before = Statistics.Replace(next);
        _writer.MarkDirty(Operators);
        _news!.Changed(Statistics.Version);
        if (taughtMeanwhile)
        {
            await KeepAsync(before);
        }

        await _writer.WriteAllAsync(state);
        LogReplaced(logger, PolicyStatistics.NameOf(Statistics.Version), next.Observations);
        return Told(PolicyChangeStatus.Done, string.Empty);
    }

    private Task KeepAsync(PolicyModel before)
    {
        previous.State.Model = PolicyFile.Encode(before);
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
        };
    }

    [LoggerMessage(2, LogLevel.Information, "The recommendation policy goes on as {Version} from a model of {Observations} observations.")]
    private static partial void LogReplaced(ILogger logger, string version, long observations);
}
