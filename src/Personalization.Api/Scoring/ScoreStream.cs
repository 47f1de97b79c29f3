using Grpc.Core;
using Personalization.Api.Errors;
using Personalization.Api.Validation;

namespace Personalization.Api.Scoring;

/// <summary>One StreamScore: payloads in, answers out as they are ready. Reads no further while too many are unanswered.</summary>
internal sealed class ScoreStream(SentimentService service, ServerCallContext context)
{
    private readonly SemaphoreSlim _places = new(SentimentService.MaxBatch);
    private readonly SemaphoreSlim _writing = new(1);
    private long _lastSequence;

    /// <summary>Serves the stream until the client has closed it and all is answered.</summary>
    public async Task RunAsync(IAsyncStreamReader<Wire.StreamScoreRequest> requests, IServerStreamWriter<Wire.StreamScoreResponse> responses)
    {
        var answering = new List<Task>();
        try
        {
            while (await requests.MoveNext(context.CancellationToken))
            {
                CheckSequence(requests.Current);
                await _places.WaitAsync(context.CancellationToken);
                answering.RemoveAll(static task => task.IsCompletedSuccessfully);
                answering.Add(AnswerAsync(requests.Current, responses));
            }
        }
        finally
        {
            // What was taken before the stream went wrong is answered before the refusal.
            await Task.WhenAll(answering);
        }
    }

    // Only a stream's own order can make it fail as a whole: a payload that is bad is answered as such.
    private void CheckSequence(Wire.StreamScoreRequest request)
    {
        if (request.Sequence <= _lastSequence)
        {
            throw RpcErrors.Invalid(
                "sequence", $"is {request.Sequence} after {_lastSequence}; allowed: greater than every one before, from 1");
        }

        _lastSequence = request.Sequence;
    }

    private async Task AnswerAsync(Wire.StreamScoreRequest request, IServerStreamWriter<Wire.StreamScoreResponse> responses)
    {
        try
        {
            var response = await ReadAsync(request);
            await _writing.WaitAsync(context.CancellationToken);
            try
            {
                await responses.WriteAsync(response, context.CancellationToken);
            }
            finally
            {
                _writing.Release();
            }
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task<Wire.StreamScoreResponse> ReadAsync(Wire.StreamScoreRequest message)
    {
        var violations = new FieldViolations();
        var response = new Wire.StreamScoreResponse { Sequence = message.Sequence };
        var request = message.Request ?? new Wire.ScoreRequest();
        Wire.Event carrier;
        using (violations.In("request"))
        {
            carrier = SentimentService.Check(request, violations);
        }

        if (!violations.None)
        {
            response.Error = RpcErrors.Invalid(violations);
            return response;
        }

        var (sentiment, problem) = await service.ReadAsync(request, carrier, context);
        if (problem is null)
        {
            response.Sentiment = sentiment;
        }
        else
        {
            response.Error = problem;
        }

        return response;
    }
}
