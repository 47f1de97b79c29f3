using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Batching;
using Personalization.Scoring.Text;

namespace Personalization.Scoring;

/// <summary>
/// Scores payloads of every kind: words by the text model in batches, everything else by rules at once, for rules cost less
/// than a place in a queue. One payload that cannot be read or computed is answered as such, and harms no other.
/// </summary>
public sealed partial class BatchingSentimentScorer : ISentimentScorer, IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ScoringMetrics _metrics;
    private readonly TextModel? _model;
    private readonly TextScorer? _text;
    private readonly DynamicBatcher<TextJob, TextReading[]>? _batcher;

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
        var path = options.FullTextModelPath;
        if (options.AllowRulesOnly && !File.Exists(path))
        {
            LogRulesOnly(path);
            return;
        }

        _model = TextModel.Load(path, options.Device, options.IntraOpThreads);
        _text = new TextScorer(_model, options.MaxTextCharacters);
        _batcher = new DynamicBatcher<TextJob, TextReading[]>(options.Batching, () => new TextBatchRunner(_model), time, _metrics.Batch);
        _metrics.Watch(() => _batcher.Waiting);
        LogLoaded(_model.Version, _model.Device, options.Batching.Workers, options.Batching.MaxBatch);
    }

    /// <summary>The text model that is served, <c>name@version+hash</c>; null when only rules are.</summary>
    public string? TextModelVersion => _model?.Version;

    /// <summary>On what the text model runs; null when only rules are served.</summary>
    public string? Device => _model?.Device;

    /// <summary>What the text model's batcher has done so far; null when only rules are served.</summary>
    public BatcherStatistics? TextStatistics => _batcher?.Statistics();

    /// <inheritdoc/>
    public async ValueTask<ScoringResult[]> ScoreAsync(IReadOnlyList<ScoringRequest> requests, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(requests);
        var results = new ScoringResult[requests.Count];
        List<Pending>? pending = null;
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = Begin(requests[i], i, ref pending);
        }

        if (pending is not null)
        {
            await ReadWordsAsync(requests, pending, results, cancellationToken).ConfigureAwait(false);
        }

        for (var i = 0; i < results.Length; i++)
        {
            _metrics.Item(NameOf(requests[i].Payload), results[i].Status);
        }

        return results;
    }

    /// <summary>Computes what waits, then lets the models go.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_batcher is not null)
        {
            await _batcher.DisposeAsync().ConfigureAwait(false);
        }

        _model?.Dispose();
        _metrics.Dispose();
    }

    // What rules read is answered here; what has words joins the pending, and is answered when they have been read.
    private ScoringResult Begin(ScoringRequest request, int index, ref List<Pending>? pending)
    {
        if (request.Deadline is { } deadline && deadline <= _time.GetUtcNow())
        {
            return Answer(ScoringStatus.Expired);
        }

        var started = _time.GetTimestamp();
        try
        {
            var observation = request.Payload switch
            {
                BehaviourPayload behaviour => BehaviourRules.Read(behaviour),
                ArFramesPayload frames => BlendshapeRules.Read(frames),
                VoicePayload voice => ProsodyRules.Read(voice),
                SurveyAnswerPayload survey => SurveyRules.Read(survey),
                _ => null,
            };
            var words = Words(request.Payload);
            return words.Text is null
                ? Answer(observation, _time.GetElapsedTime(started))
                : BeginWords(words, observation, index, ref pending);
        }
        catch (Exception error)
        {
            LogFailed(error, request.Payload.Kind);
            return Answer(ScoringStatus.Failed);
        }
    }

    private ScoringResult BeginWords(
        (string Title, string? Text, string Language) words, SentimentObservation? scale, int index, ref List<Pending>? pending)
    {
        if (_text is null)
        {
            return scale is null ? Answer(ScoringStatus.NoScorer) : Answer(scale, TimeSpan.Zero);
        }

        if (_text.Prepare(words.Title, words.Text!, words.Language) is not { } job)
        {
            return Answer(scale is null ? _text.Unreadable : SurveyRules.Fuse(scale, _text.Unreadable), TimeSpan.Zero);
        }

        (pending ??= []).Add(new Pending(index, job, scale));
        return default;
    }

    private async ValueTask ReadWordsAsync(
        IReadOnlyList<ScoringRequest> requests, List<Pending> pending, ScoringResult[] results, CancellationToken cancellationToken)
    {
        var items = new BatchItem<TextJob>[pending.Count];
        for (var i = 0; i < items.Length; i++)
        {
            var request = requests[pending[i].Index];
            var owner = StableHash.Of(request.User.Value);
            items[i] = new BatchItem<TextJob>(pending[i].Job, (int)request.Lane, owner, request.Deadline);
        }

        var read = await _batcher!.SubmitAsync(items, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < read.Length; i++)
        {
            results[pending[i].Index] = Finish(pending[i], read[i]);
        }
    }

    private ScoringResult Finish(Pending pending, BatchResult<TextReading[]> read)
    {
        try
        {
            switch (read.Status)
            {
                case BatchStatus.Computed:
                    var words = _text!.Observe(pending.Job, read.Output);
                    var observation = pending.Scale is null ? words : SurveyRules.Fuse(pending.Scale, words);
                    return new ScoringResult(ScoringStatus.Scored, observation, read.QueueTime, read.ComputeTime);
                case BatchStatus.Overloaded:
                    return new ScoringResult(ScoringStatus.Overloaded, null, read.QueueTime, read.ComputeTime);
                case BatchStatus.Expired:
                    return new ScoringResult(ScoringStatus.Expired, null, read.QueueTime, read.ComputeTime);
                default:
                    LogFailed(read.Error, PayloadKind.TextFeedback);
                    return new ScoringResult(ScoringStatus.Failed, null, read.QueueTime, read.ComputeTime);
            }
        }
        catch (InvalidOperationException error)
        {
            LogFailed(error, PayloadKind.TextFeedback);
            return new ScoringResult(ScoringStatus.Failed, null, read.QueueTime, read.ComputeTime);
        }
    }

    private static (string Title, string? Text, string Language) Words(EventPayload payload) => payload switch
    {
        TextFeedbackPayload text => (text.Title, text.Text, text.Language),
        SurveyAnswerPayload survey when !string.IsNullOrWhiteSpace(survey.Text) => (string.Empty, survey.Text, survey.Language),
        _ => (string.Empty, null, string.Empty),
    };

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

    [LoggerMessage(LogLevel.Information, "Text model {Version} on {Device}: {Workers} workers, batches of up to {MaxBatch}.")]
    private partial void LogLoaded(string version, string device, int workers, int maxBatch);

    [LoggerMessage(LogLevel.Error, "There is no text model at {Path}: NO TEXT IS READ, reviews and chats are answered NoScorer. Rules read the rest.")]
    private partial void LogRulesOnly(string path);

    [LoggerMessage(LogLevel.Warning, "A payload of kind {Kind} could not be scored.")]
    private partial void LogFailed(Exception? error, PayloadKind kind);

    /// <summary>A payload whose words are being read.</summary>
    /// <param name="Index">Which of the requests.</param>
    /// <param name="Job">Its words.</param>
    /// <param name="Scale">What its scale said; null when it has none.</param>
    private readonly record struct Pending(int Index, TextJob Job, SentimentObservation? Scale);
}
