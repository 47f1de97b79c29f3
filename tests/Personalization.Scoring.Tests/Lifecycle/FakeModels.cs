using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Batching;
using Personalization.Scoring.Lifecycle;
using Personalization.Scoring.Onnx;
using Personalization.Scoring.Serving;

namespace Personalization.Scoring.Tests.Lifecycle;

/// <summary>What a fake model answers.</summary>
internal sealed record FakeAnswer(string Question, string Version, float Valence);

/// <summary>Files that are fake models, by their path; a path that is none of them is refused.</summary>
internal sealed class FakeModels
{
    public const string Refusal = "it is no model.";

    private readonly Dictionary<string, FakeModel> _files = [];

    public FakeModels() => Kind = new ModelKind<string, FakeAnswer>(
        ModelNames.Text, Load, [Question("plain")], static answer => new Impression(answer.Valence, 0, Math.Sign(answer.Valence)));

    public ModelKind<string, FakeAnswer> Kind { get; }

    public static BatchItem<string> Question(string text, ulong owner = 0) => new(text, 0, owner, Deadline: null);

    public FakeModel Add(string path, FakeModel model) => _files[path] = model;

    public FakeModel Add(string path, float valence = 0.5f) => Add(path, new FakeModel($"text@{path}+00", valence));

    public ModelSlot<string, FakeAnswer> Slot(int maxVersions = 8, int shadowQueueBound = 100) => new(
        Kind,
        new SlotSetup(new BatcherOptions(), maxVersions, shadowQueueBound, new FakeTimeProvider(), new ScoringMetrics(null), NullLogger.Instance));

    private LoadedModel<string, FakeAnswer> Load(string path) =>
        _files.TryGetValue(path, out var model)
            ? new LoadedModel<string, FakeAnswer>(model.Version, "cpu", model, _ => model.Serve())
            : throw new InvalidModelException(path, Refusal);
}

/// <summary>A model that answers at once, or when it is let; and knows when it has been let go.</summary>
internal sealed class FakeModel(string version, float valence) : IDisposable
{
    private readonly List<Served> _served = [];

    public string Version => version;

    public bool IsDisposed { get; private set; }

    public Func<string, ScoringStatus> StatusOf { get; set; } = static _ => ScoringStatus.Scored;

    /// <summary>What it is asked now has to wait until this is released; null for not at all.</summary>
    public Hold? Held { get; set; }

    public void Dispose()
    {
        Assert.All(_served, static served => Assert.True(served.IsDisposed, "The session goes after what serves it."));
        IsDisposed = true;
    }

    public IServedModel<string, FakeAnswer> Serve()
    {
        var served = new Served(this);
        _served.Add(served);
        return served;
    }

    private async ValueTask<ServedAnswer<FakeAnswer>[]> AnswerAsync(ReadOnlyMemory<BatchItem<string>> questions)
    {
        if (Held is { } hold)
        {
            await hold.PassAsync();
        }

        Assert.False(IsDisposed, "Nobody is asked who was let go.");
        return [.. questions.ToArray().Select(question => StatusOf(question.Input) is var status && status == ScoringStatus.Scored
            ? ServedAnswer<FakeAnswer>.AtOnce(status, new FakeAnswer(question.Input, version, valence))
            : ServedAnswer<FakeAnswer>.AtOnce(status))];
    }

    private sealed class Served(FakeModel model) : IServedModel<string, FakeAnswer>
    {
        public bool IsDisposed { get; private set; }

        public ValueTask<ServedAnswer<FakeAnswer>[]> AskAsync(ReadOnlyMemory<BatchItem<string>> questions, CancellationToken cancellationToken) =>
            model.AnswerAsync(questions);

        public BatcherStatistics Statistics() => new(0, 0, 0, 0, 0, 0, TimeSpan.Zero, TimeSpan.Zero, [0], [0, 0, 0, 0, 0, 0]);

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>Holds up whoever comes until it is released, and says when the first has come.</summary>
internal sealed class Hold
{
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Arrived => _arrived.Task;

    public void Release() => _released.SetResult();

    /// <summary>Whoever is held up finds that the caller has gone.</summary>
    public void Fail(CancellationTokenSource caller)
    {
        caller.Cancel();
        _released.SetCanceled(caller.Token);
    }

    public Task PassAsync()
    {
        _arrived.TrySetResult();
        return _released.Task;
    }
}
