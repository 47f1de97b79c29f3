using Microsoft.Extensions.Logging;
using Personalization.Domain.Recommendations.Modes;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Snapshots;

namespace Personalization.Grains.Recommendations;

// Who decides, and what stands in the shadow. What it has learned is written together with what the policy has: both from the same
// lessons, each of them once.
public sealed partial class PolicyGrain
{
    /// <inheritdoc/>
    public Task<PolicyChangeMessage> LoadShadow(ShadowMessage shadow) => ChangeAsync(() =>
    {
        var own = shadow.Model is { } bytes ? Decode(bytes) : null;
        Modes.Load(own, shadow.Exploration?.ToSpec(), shadow.Share, Statistics.Offsets, time.GetUtcNow());
        return PersistModesAsync();
    });

    /// <inheritdoc/>
    public Task<PolicyChangeMessage> UnloadShadow() => ChangeAsync(() =>
    {
        RequireShadow();
        Modes.Unload();
        return PersistModesAsync();
    });

    /// <inheritdoc/>
    public Task<PolicyChangeMessage> PromoteShadow() => ChangeAsync(() =>
    {
        var shadow = RequireShadow();
        return ReplaceAsync(shadow.Own?.Model, shadow.Exploration ?? Modes.Exploration, isPromotion: true);
    });

    /// <inheritdoc/>
    public Task<PolicyChangeMessage> SetMode(PolicyMode mode, ApprenticeExitMessage? exit) => ChangeAsync(() =>
    {
        Modes.Set(mode, exit is null ? null : new ApprenticeExit(exit.Decisions, exit.Agreement, exit.RewardShare), time.GetUtcNow());
        return PersistModesAsync();
    });

    /// <inheritdoc/>
    public Task<SnapshotChanges> GetModes(SnapshotPosition since, long shadow, long shadowVersion) => Task.FromResult(
        this.ChangesSince(
            since,
            Modes.Version,
            (version, output) => ModesChanges.Of(Modes, version == 0 ? 0 : shadow, shadowVersion).Write(output)));

    private Shadow RequireShadow() => Modes switch
    {
        { Mode: PolicyMode.Apprentice } => throw new PolicyStateException("The policy is an apprentice: its own choice is the shadow."),
        { Shadow: { } shadow } => shadow,
        _ => throw new PolicyStateException("Nothing stands in the policy's shadow."),
    };

    private void TeachShadow(RangeFold fold, long applied, ReadOnlySpan<PolicyUpdate> updates)
    {
        var version = Modes.Version;
        if (Modes.Learn(fold.Partition, applied, fold.To, updates))
        {
            LogTookOver(logger, PolicyStatistics.NameOf(Statistics.Version));
        }

        if (Modes.Version != version)
        {
            _modesNews!.Changed(Modes.Version);
        }
    }

    private Task PersistModesAsync()
    {
        _writer.MarkDirty(Operators);
        _modesNews!.Changed(Modes.Version);
        return _writer.WriteAllAsync(state);
    }

    private static ShadowReportMessage ReportOf(Shadow shadow) => new()
    {
        Number = shadow.Number,
        Since = shadow.Since,
        HasModel = shadow.Own is not null,
        Exploration = shadow.Exploration?.Name ?? string.Empty,
        Share = shadow.Share,
        Observations = shadow.Own?.Observations ?? 0,
        Decisions = shadow.FirstChoices.Count,
        Agreement = shadow.FirstChoices.Agreement,
        MeanReward = shadow.FirstChoices.MeanReward,
        MeanRewardWhenAgreeing = shadow.FirstChoices.MeanRewardWhenAgreeing,
    };

    [LoggerMessage(3, LogLevel.Information, "The recommendation policy has been an apprentice for long enough, and decides from here on as {Version}.")]
    private static partial void LogTookOver(ILogger logger, string version);
}
