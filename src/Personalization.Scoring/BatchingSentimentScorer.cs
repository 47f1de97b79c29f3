using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Behaviour;
using Personalization.Scoring.Face;
using Personalization.Scoring.Serving;
using Personalization.Scoring.Text;
using Personalization.Scoring.Voice;

namespace Personalization.Scoring;

/// <summary>
/// Scores payloads of every kind: words and voices by their models in batches, everything else by rules at once, for rules cost less
/// than a place in a queue. One payload that cannot be read or computed is answered as such, and harms no other.
/// </summary>
public sealed partial class BatchingSentimentScorer : ISentimentScorer, IFaceReader, IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ScoringMetrics _metrics;
    private readonly ServedTextModel? _text;
    private readonly ServedVoiceModel? _voice;
    private readonly ServedFaceModel? _face;

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
        var setup = new ServingSetup(options.Batching, time, _metrics, logger);
        _text = Load(options.FullTextModelPath, LogRulesOnly, path =>
            new ServedTextModel(TextModel.Load(path, options.Device, options.IntraOpThreads), options.MaxTextCharacters, setup));
        _face = Load(options.FullFaceModelPath, LogNoFaces, path =>
            new ServedFaceModel(FaceModel.Load(path, options.Device, options.IntraOpThreads), setup));
        _voice = Load(options.FullVoiceModelPath, LogVoiceRulesOnly, path =>
            new ServedVoiceModel(VoiceModel.Load(path, options.Device, options.IntraOpThreads), setup));
        _behaviour = Load(options.FullBehaviourModelPath, LogIntentByRule, path =>
            new ServedBehaviourModel(BehaviourModel.Load(path, options.IntraOpThreads), setup));
        Models = [.. new IServedModel?[] { _text, _face, _voice, _behaviour }.OfType<IServedModel>()];

        // A missing model is left out where rules alone are allowed; else loading it says that it is missing.
        T? Load<T>(string path, Action<string> logMissing, Func<string, T> load)
            where T : class
        {
            if (!options.AllowRulesOnly || File.Exists(path))
            {
                return load(path);
            }

            logMissing(path);
            return null;
        }
    }

    /// <summary>The models at work; none when only rules are.</summary>
    public ImmutableArray<IServedModel> Models { get; }

    /// <inheritdoc/>
    public async ValueTask<ScoringResult[]> ScoreAsync(IReadOnlyList<ScoringRequest> requests, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(requests);
        var results = new ScoringResult[requests.Count];
        List<(int, TextJob)>? words = null;
        List<(int, VoiceJob)>? voices = null;
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = Begin(requests[i], i, ref words, ref voices);
        }

        // Both wait at once: neither model's batch holds up the other's.
        var spoken = voices is null ? Task.CompletedTask : _voice!.AskAsync(requests, voices, results, cancellationToken);
        if (words is not null)
        {
            await _text!.AskAsync(requests, words, results, cancellationToken).ConfigureAwait(false);
        }

        await spoken.ConfigureAwait(false);
        for (var i = 0; i < results.Length; i++)
        {
            _metrics.Item(NameOf(requests[i].Payload), results[i].Status);
        }

        return results;
    }

    /// <inheritdoc/>
    public IReadOnlyList<ModelReport> Report() => [.. Models.Select(static model => model.Report())];

    /// <inheritdoc/>
    public ValueTask<FaceReading?[]> ReadFacesAsync(
        IReadOnlyList<FaceCrop> crops, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(crops);
        return _face is null ? ValueTask.FromResult(new FaceReading?[crops.Count]) : _face.ReadAsync(crops, deadline, cancellationToken);
    }

    /// <summary>Runs the face model once, where there is one: the first run is the slow one.</summary>
    /// <exception cref="InvalidOperationException">It fails on a plain picture.</exception>
    internal async Task WarmFacesAsync(CancellationToken cancellationToken)
    {
        var plain = new FaceCrop(new byte[FaceCrop.MaxSide * FaceCrop.MaxSide], Owner: 0);
        var readings = await ReadFacesAsync([plain, plain], DateTimeOffset.MaxValue, cancellationToken).ConfigureAwait(false);
        if (_face is not null && Array.Exists(readings, static reading => reading is null))
        {
            throw new InvalidOperationException("The face model failed on a plain picture at start.");
        }
    }

    /// <summary>Computes what waits, then lets the models go.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var model in Models)
        {
            await model.DisposeAsync().ConfigureAwait(false);
        }

        _metrics.Dispose();
    }

    // What rules read is answered here; what a model reads joins those who ask it, and is answered when it has.
    private ScoringResult Begin(ScoringRequest request, int index, ref List<(int, TextJob)>? words, ref List<(int, VoiceJob)>? voices)
    {
        if (request.Deadline is { } deadline && deadline <= _time.GetUtcNow())
        {
            return Answer(ScoringStatus.Expired);
        }

        var started = _time.GetTimestamp();
        try
        {
            if (request.Payload is VoicePayload heard && _voice?.Reads(heard) == true)
            {
                return BeginVoice(heard, index, ref voices);
            }

            var observation = request.Payload switch
            {
                BehaviourPayload behaviour => BehaviourRules.Read(behaviour),
                ArFramesPayload frames => FaceFusion.Read(frames),
                VoicePayload voice => ProsodyRules.Read(voice),
                SurveyAnswerPayload survey => SurveyRules.Read(survey),
                _ => null,
            };
            if (observation is null && request.Payload is ArFramesPayload)
            {
                return Answer(ScoringStatus.NoScorer);
            }

            return Words.Of(request.Payload) is { } said
                ? BeginWords(said, observation, index, ref words)
                : Answer(observation, _time.GetElapsedTime(started));
        }
        catch (Exception error)
        {
            LogFailed(error, request.Payload.Kind);
            return Answer(ScoringStatus.Failed);
        }
    }

    private ScoringResult BeginWords(in Words said, SentimentObservation? scale, int index, ref List<(int, TextJob)>? words)
    {
        if (_text is null)
        {
            return scale is null ? Answer(ScoringStatus.NoScorer) : Answer(scale, TimeSpan.Zero);
        }

        var (job, answer) = _text.Prepare(said, scale);
        if (job is null)
        {
            return Answer(answer, TimeSpan.Zero);
        }

        (words ??= []).Add((index, job));
        return default;
    }

    private ScoringResult BeginVoice(VoicePayload heard, int index, ref List<(int, VoiceJob)>? voices)
    {
        var (job, answer) = _voice!.Prepare(heard);
        if (job is null)
        {
            return Answer(answer, TimeSpan.Zero);
        }

        (voices ??= []).Add((index, job));
        return default;
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

    [LoggerMessage(LogLevel.Error, "There is no text model at {Path}: NO TEXT IS READ, reviews and chats are answered NoScorer. Rules read the rest.")]
    private partial void LogRulesOnly(string path);

    [LoggerMessage(LogLevel.Error, "There is no voice model at {Path}: rules read voices, and hardly tell one feeling from another.")]
    private partial void LogVoiceRulesOnly(string path);

    [LoggerMessage(LogLevel.Error, "There is no face model at {Path}: NO PICTURE OF A FACE IS LOOKED AT, and events that bring one say so. Rules read coefficients.")]
    private partial void LogNoFaces(string path);

    [LoggerMessage(LogLevel.Warning, "A payload of kind {Kind} could not be scored.")]
    private partial void LogFailed(Exception error, PayloadKind kind);
}
