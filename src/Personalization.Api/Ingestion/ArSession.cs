using Grpc.Core;
using Microsoft.Extensions.Options;
using Personalization.Api.Errors;
using Personalization.Api.Validation;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Grains.Operations;
using Personalization.Grains.Scoring;

namespace Personalization.Api.Ingestion;

/// <summary>
/// One StreamArSession: frames are gathered into short windows; each window is logged as an event and, while the log
/// writes it, scored for the reply.
/// </summary>
internal sealed class ArSession(EventDoor door, IGrainFactory grains, IOptions<ApiOptions> options, TimeProvider time)
{
    /// <summary>The most frames of a message.</summary>
    public const int MaxFrames = 120;

    /// <summary>The longest session: a day.</summary>
    public const int MaxSessionMs = 86_400_000;

    private const int MaxSessionIdLength = 100;

    private readonly ApiOptions _options = options.Value;
    private readonly List<Wire.BlendshapeFrame> _window = [];
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private Wire.ArSessionStart _start = new();
    private int _lastOffsetMs;

    /// <summary>Serves the session until the client has closed it and its last window is answered.</summary>
    public async Task RunAsync(
        IAsyncStreamReader<Wire.StreamArSessionRequest> requests,
        IServerStreamWriter<Wire.StreamArSessionResponse> responses,
        CancellationToken cancellationToken)
    {
        if (!await requests.MoveNext(cancellationToken))
        {
            return;
        }

        Open(requests.Current);
        while (await requests.MoveNext(cancellationToken))
        {
            foreach (var frame in FramesOf(requests.Current))
            {
                if (_window.Count > 0 && frame.OffsetMs - _window[0].OffsetMs >= _options.ArWindow.TotalMilliseconds)
                {
                    await responses.WriteAsync(await CloseWindowAsync(cancellationToken), cancellationToken);
                }

                _window.Add(frame);
                if (_window.Count >= _options.ArWindowFrames)
                {
                    await responses.WriteAsync(await CloseWindowAsync(cancellationToken), cancellationToken);
                }
            }
        }

        if (_window.Count > 0)
        {
            await responses.WriteAsync(await CloseWindowAsync(cancellationToken), cancellationToken);
        }
    }

    private void Open(Wire.StreamArSessionRequest request)
    {
        var violations = new FieldViolations();
        if (request.Start is not { } start)
        {
            violations.Add("start", "is not set in the first message; allowed: start first, then frames");
        }
        else
        {
            using var _ = violations.In("start");
            violations.Shopper("shopper", start.Shopper);
            violations.OptionalId("product_id", start.ProductId);
            violations.Length("ar_session_id", start.ArSessionId, 1, MaxSessionIdLength);
            violations.Context("context", start.Context);
            _start = start;
        }

        violations.ThrowIfAny();
    }

    private IEnumerable<Wire.BlendshapeFrame> FramesOf(Wire.StreamArSessionRequest request)
    {
        var violations = new FieldViolations();
        if (request.Frames is not { } frames)
        {
            violations.Add("frames", "is not set; allowed: frames in every message after the first");
            violations.ThrowIfAny();
            return [];
        }

        using (violations.In("frames"))
        {
            FrameRules.Check(frames.Frames, MaxFrames, MaxSessionMs, violations);
            if (frames.Frames.Count > 0 && frames.Frames[0].OffsetMs < _lastOffsetMs)
            {
                using var _ = violations.In("frames", 0);
                violations.Add("offset_ms", $"is {frames.Frames[0].OffsetMs} after {_lastOffsetMs}; allowed: growing from message to message");
            }
        }

        violations.ThrowIfAny();
        _lastOffsetMs = frames.Frames[^1].OffsetMs;
        return frames.Frames;
    }

    private async Task<Wire.StreamArSessionResponse> CloseWindowAsync(CancellationToken cancellationToken)
    {
        var upTo = _window[^1].OffsetMs;
        var happened = _startedAt.AddMilliseconds(_window[0].OffsetMs);
        var now = time.GetUtcNow();

        // A client that sends faster than time passes is not ahead of the clock.
        var rules = DoorRules.Default with { Field = "windows", AssumedTime = happened < now ? happened : now };
        var batch = await door.PrepareAsync([TakeWindow()], rules, cancellationToken);
        var committing = door.CommitAsync(batch, cancellationToken).AsTask();
        var response = new Wire.StreamArSessionResponse { UpToOffsetMs = upTo };
        if (batch.Entries.Count > 0)
        {
            await ScoreAsync(batch.Entries[0].Body, response, cancellationToken);
        }

        var reply = await committing;
        response.Result = reply.Results[0];
        response.ConsistencyToken = reply.ConsistencyToken;
        return response;
    }

    /// <summary>The event of the window. It is named by where it begins, so that a session that is taken up again goes on.</summary>
    private Wire.Event TakeWindow()
    {
        var begins = _window[0].OffsetMs;
        var taken = new Wire.Event
        {
            EventId = $"{_start.ArSessionId}:{begins}",
            Shopper = _start.Shopper,
            ProductId = _start.ProductId,
            Touchpoint = Wire.Touchpoint.TryOn,
            Channel = Wire.Channel.ArTryOn,
            ArFrames = new Wire.ArFrames(),
        };
        taken.Context.Add(_start.Context);
        foreach (var frame in _window)
        {
            frame.OffsetMs -= begins;
            taken.ArFrames.Frames.Add(frame);
        }

        _window.Clear();
        return taken;
    }

    private async Task ScoreAsync(ReadOnlyMemory<byte> body, Wire.StreamArSessionResponse response, CancellationToken cancellationToken)
    {
        using var span = EngineTraces.Start(EngineTraces.Score);
        using var patience = new CancellationTokenSource(_options.ArScoringDeadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var command = new ScoreCommand(body, ScoringLane.Ar, time.GetUtcNow() + _options.ArScoringDeadline);
            var scores = await grains.GetGrain<IScoringGrain>(0).Score([command], either.Token).WaitAsync(either.Token);
            Answer(response, scores[0]);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Degrade(response, Reasons.ScoringTooSlow, $"No feeling within {_options.ArScoringDeadline.TotalMilliseconds:F0} ms.");
        }
        catch (Exception e) when (e is Orleans.Runtime.OrleansException or TimeoutException)
        {
            Degrade(response, Reasons.ScoringUnavailable, "The scorer does not answer at the moment.");
        }
    }

    private static void Answer(Wire.StreamArSessionResponse response, ScoreMessage score)
    {
        switch (score.Status)
        {
            case ScoringStatus.Scored when score.Observation is { } observation:
                response.Sentiment = SentimentMapping.ToWire(observation);
                break;
            case ScoringStatus.NoScorer:
                Degrade(response, Reasons.ScoringUnavailable, "No model looked at the pictures, and no coefficients came with them.");
                break;
            case ScoringStatus.Overloaded:
                Degrade(response, Reasons.ScoringOverloaded, "The scorer has too much waiting.");
                break;
            case ScoringStatus.Expired:
                Degrade(response, Reasons.ScoringTooSlow, "The deadline passed before the scorer took it.");
                break;
            default:
                Degrade(response, Reasons.ScoringFailed, "The scorer could not read the window.");
                break;
        }
    }

    private static void Degrade(Wire.StreamArSessionResponse response, string reason, string detail) =>
        response.Degraded.Add(new Wire.Degradation { Reason = reason, Detail = detail });
}
