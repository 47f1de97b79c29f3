using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Lifecycle;
using Personalization.Scoring.Text;
using Personalization.Scoring.Voice;

namespace Personalization.Scoring;

/// <summary>
/// Scores payloads of every kind: words and voices by their models in batches, everything else by rules at once, for rules cost less
/// than a place in a queue. One payload that cannot be read or computed is answered as such, and harms no other.
/// </summary>
public sealed partial class BatchingSentimentScorer : ISentimentScorer, IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ScoringMetrics _metrics;

    /// <summary>Loads the models.</summary>
    /// <param name="options">How to score; read once.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where failures and what was loaded are logged.</param>
    /// <param name="meters">Makes the meter; null for one of its own.</param>
    /// <exception cref="Onnx.InvalidModelException">A model cannot be used; a missing one only where rules alone are not allowed.</exception>
    public BatchingSentimentScorer(
        ScoringOptions options, TimeProvider time, ILogger<BatchingSentimentScorer> logger, IMeterFactory? meters = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_time, _logger, _metrics) = (time, logger, new ScoringMetrics(meters));
        Models = new ScoringModels(
            options, new SlotSetup(options.Batching, options.MaxVersions, options.ShadowQueueBound, time, _metrics, logger));
    }

    /// <summary>The models, and their versions.</summary>
    internal ScoringModels Models { get; }

    /// <inheritdoc/>
    public async ValueTask<ScoringResult[]> ScoreAsync(IReadOnlyList<ScoringRequest> requests, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(requests);
        var results = new ScoringResult[requests.Count];
        Asked<TextQuestion>? words = null;
        Asked<VoicePayload>? voices = null;
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = Begin(requests, i, ref words, ref voices);
        }

        // Both wait at once: neither model's batch holds up the other's.
        var spoken = voices is null ? Task.CompletedTask : AskAsync(Models.Voice.Router, voices, results, cancellationToken);
        var written = words is null ? Task.CompletedTask : AskAsync(Models.Text.Router, words, results, cancellationToken);
        await spoken.ConfigureAwait(false);
        await written.ConfigureAwait(false);
        for (var i = 0; i < results.Length; i++)
        {
            _metrics.Item(NameOf(requests[i].Payload), results[i].Status);
        }

        return results;
    }

    /// <inheritdoc/>
    public IReadOnlyList<ModelReport> Report() => Models.Report();

    /// <summary>Computes what waits, then lets the models go.</summary>
    public async ValueTask DisposeAsync()
    {
        await Models.DisposeAsync().ConfigureAwait(false);
        _metrics.Dispose();
    }

    // What rules read is answered here; what a model reads joins those who ask it, and is answered when it has.
    private ScoringResult Begin(
        IReadOnlyList<ScoringRequest> requests, int index, ref Asked<TextQuestion>? words, ref Asked<VoicePayload>? voices)
    {
        var request = requests[index];
        if (request.Deadline is { } deadline && deadline <= _time.GetUtcNow())
        {
            return Answer(ScoringStatus.Expired);
        }

        var started = _time.GetTimestamp();
        try
        {
            if (request.Payload is VoicePayload heard && Models.Voice.Router.IsServing && ServedVoiceModel.Reads(heard))
            {
                (voices ??= new Asked<VoicePayload>(requests.Count)).Add(index, heard, request);
                return default;
            }

            var observation = ReadByRules(request.Payload);
            if (observation is null && request.Payload is ArFramesPayload)
            {
                return Answer(ScoringStatus.NoScorer);
            }

            if (Words.Of(request.Payload) is not { } said)
            {
                return Answer(observation, _time.GetElapsedTime(started));
            }

            if (!Models.Text.Router.IsServing)
            {
                return observation is null ? Answer(ScoringStatus.NoScorer) : Answer(observation, TimeSpan.Zero);
            }

            (words ??= new Asked<TextQuestion>(requests.Count)).Add(index, new TextQuestion(said, observation), request);
            return default;
        }
        catch (Exception error)
        {
            LogFailed(error, request.Payload.Kind);
            return Answer(ScoringStatus.Failed);
        }
    }

    private static SentimentObservation? ReadByRules(EventPayload payload) => payload switch
    {
        BehaviourPayload behaviour => BehaviourRules.Read(behaviour),
        ArFramesPayload frames => FaceFusion.Read(frames),
        VoicePayload voice => ProsodyRules.Read(voice),
        SurveyAnswerPayload survey => SurveyRules.Read(survey),
        _ => null,
    };

    private static async Task AskAsync<TQuestion>(
        ModelRouter<TQuestion, SentimentObservation> model,
        Asked<TQuestion> asked,
        ScoringResult[] results,
        CancellationToken cancellationToken)
    {
        var answers = await model.AskAsync(asked.Questions, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < answers.Length; i++)
        {
            var (status, observation, queued, computed, refusal) = answers[i];
            results[asked.PlaceOf(i)] = new ScoringResult(status, observation, queued, computed, refusal);
        }
    }

    private static ScoringResult Answer(ScoringStatus status) => new(status, null, TimeSpan.Zero, TimeSpan.Zero);

    private static ScoringResult Answer(SentimentObservation? observation, TimeSpan compute) =>
        new(observation is null ? ScoringStatus.NothingToScore : ScoringStatus.Scored, observation, TimeSpan.Zero, compute);

    private static string NameOf(EventPayload payload) => payload switch
    {
        TextFeedbackPayload => "text",
        SurveyAnswerPayload => "survey",
        ArFramesPayload => "face",
        VoicePayload => "voice",
        BehaviourPayload => "behaviour",
        _ => "other",
    };

    [LoggerMessage(LogLevel.Warning, "A payload of kind {Kind} could not be scored.")]
    private partial void LogFailed(Exception error, PayloadKind kind);
}
