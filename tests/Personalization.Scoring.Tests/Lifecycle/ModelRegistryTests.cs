using Microsoft.Extensions.Logging.Abstractions;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Profiles;
using Personalization.Domain.Scoring;
using Personalization.LoadTest.Feelings;
using Personalization.Scoring.Lifecycle;

namespace Personalization.Scoring.Tests.Lifecycle;

/// <summary>The models that are shipped, and files made of them, through their whole life.</summary>
public sealed class ModelRegistryTests : IAsyncLifetime
{
    private static readonly ScoringOptions s_options = new() { MaxVersions = 3 };

    private readonly string _folder = Directory.CreateTempSubdirectory("models-").FullName;
    private readonly BatchingSentimentScorer _scorer =
        new(s_options, TimeProvider.System, NullLogger<BatchingSentimentScorer>.Instance);

    private ModelRegistry Registry => new(_scorer.Models, new ModelsDirectory(_folder));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _scorer.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public static TheoryData<string, string> Damages => new()
    {
        { ModelNames.Text, "flipped" }, { ModelNames.Text, "truncated" },
        { ModelNames.Face, "flipped" }, { ModelNames.Face, "truncated" },
        { ModelNames.Voice, "flipped" }, { ModelNames.Voice, "truncated" },
        { ModelNames.Behaviour, "flipped" }, { ModelNames.Behaviour, "truncated" },
        { ModelNames.Behaviour, "empty" }, { ModelNames.Voice, "noise" },
        { ModelNames.Text, "other kind" }, { ModelNames.Face, "other kind" },
        { ModelNames.Voice, "other kind" }, { ModelNames.Behaviour, "other kind" },
        { ModelNames.Behaviour, "no metadata" }, { ModelNames.Behaviour, "resealed nonsense" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Load_BadFile_IsRefusedWithTheReasonWhileTheOldOneGoesOn(string model, string damage)
    {
        File.WriteAllBytes(Path.Combine(_folder, "bad.onnx"), Damaged(model, damage));
        var before = _scorer.Report();
        using var enough = new CancellationTokenSource();
        var asking = Task.Run(async () =>
        {
            var asked = 0;
            do
            {
                await AssertAllReadAsync();
                asked++;
            }
            while (!enough.IsCancellationRequested);
            return asked;
        });

        var change = await Registry.LoadAsync(model, "bad.onnx", CancellationToken.None);

        await enough.CancelAsync();
        Assert.True(await asking > 0);
        Assert.Equal(ModelChangeStatus.FileRefused, change.Status);
        Assert.NotEmpty(change.Problem);
        Assert.DoesNotContain(_folder, change.Problem, StringComparison.Ordinal);
        Assert.Equal(before.Select(static m => (m.Version, m.State)), _scorer.Report().Select(static m => (m.Version, m.State)));
    }

    [Theory]
    [InlineData("flipped", "hash")]
    [InlineData("other kind", "'window'")]
    [InlineData("no metadata", "'window'")]
    public async Task Load_BadFile_TheReasonTellsOneFromAnother(string damage, string reason)
    {
        File.WriteAllBytes(Path.Combine(_folder, "bad.onnx"), Damaged(ModelNames.Behaviour, damage));

        var change = await Registry.LoadAsync(ModelNames.Behaviour, "bad.onnx", CancellationToken.None);

        Assert.Contains(reason, change.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_NoSuchFileOrPathOutside_SaysWhich()
    {
        Assert.Equal(ModelChangeStatus.NoSuchFile, (await Registry.LoadAsync(ModelNames.Text, "none.onnx", CancellationToken.None)).Status);
        Assert.Equal(ModelChangeStatus.PathRefused, (await Registry.LoadAsync(ModelNames.Text, "../none.onnx", CancellationToken.None)).Status);
    }

    [Theory]
    [InlineData(ModelNames.Text)]
    [InlineData(ModelNames.Face)]
    [InlineData(ModelNames.Voice)]
    [InlineData(ModelNames.Behaviour)]
    public async Task Versions_OfEveryModel_GoThroughTheirWholeLife(string model)
    {
        var old = _scorer.Report().Single(report => report.Name == model).Version;
        var next = await LoadNextAsync(model);
        Assert.NotEqual(old, next);

        Assert.Equal(old, await ReaderOfAsync(model));
        await StageAsync(model, next, ModelState.Shadow);
        Assert.Equal(old, await ReaderOfAsync(model));
        await StageAsync(model, next, ModelState.Canary, share: 1);
        Assert.Equal(next, await ReaderOfAsync(model));
        await StageAsync(model, next, ModelState.Live);
        Assert.Equal(next, await ReaderOfAsync(model));
        Assert.Equal(old, (await Registry.RollBackAsync(model, string.Empty, CancellationToken.None)).Model!.Version);
        Assert.Equal(old, await ReaderOfAsync(model));
        var gone = await Registry.UnloadAsync(model, next, CancellationToken.None);

        // The same network in both files: whatever the shadow read, it read as the live version did.
        Assert.Equal(new ModelAgreement(1, 0, 0, 0, 0, 0), gone.Model!.Agreement);
        Assert.Equal(old, Assert.Single(_scorer.Report(), report => report.Name == model).Version);
        Assert.Equal(old, await ReaderOfAsync(model));
    }

    [Fact]
    public async Task Unload_WithTextsInItsQueue_AnswersThemAll()
    {
        var next = await LoadNextAsync(ModelNames.Text);
        await StageAsync(ModelNames.Text, next, ModelState.Canary, share: 1);
        var requests = Enumerable.Range(0, 200).Select(static i => SharedScorer.Request(SharedScorer.Text($"I love it {i}"))).ToArray();

        var underWay = _scorer.ScoreAsync(requests, CancellationToken.None).AsTask();
        await Registry.UnloadAsync(ModelNames.Text, next, CancellationToken.None);

        Assert.All(await underWay, result => Assert.Equal((ScoringStatus.Scored, next), (result.Status, result.Observation!.ModelVersion)));
    }

    private async Task<string> LoadNextAsync(string model)
    {
        var path = $"{model}-next.onnx";
        File.WriteAllBytes(Path.Combine(_folder, path), ModelFiles.WithVersion(Shipped(model), '9'));
        var change = await Registry.LoadAsync(model, path, CancellationToken.None);
        Assert.Equal((ModelChangeStatus.Done, ModelState.Ready), (change.Status, change.Model!.State));
        return change.Model.Version;
    }

    private async Task StageAsync(string model, string version, ModelState state, double share = 0)
    {
        var change = await Registry.StageAsync(model, version, state, share, CancellationToken.None);
        Assert.Equal((ModelChangeStatus.Done, state), (change.Status, change.Model!.State));
    }

    private async Task AssertAllReadAsync()
    {
        foreach (var model in ModelNames.All)
        {
            Assert.StartsWith($"{model}@", await ReaderOfAsync(model), StringComparison.Ordinal);
        }
    }

    private async Task<string> ReaderOfAsync(string model)
    {
        switch (model)
        {
            case ModelNames.Face:
                var faces = await _scorer.ReadFacesAsync([new FaceCrop(new byte[48 * 48], 1)], DateTimeOffset.MaxValue, CancellationToken.None);
                return faces[0]!.ModelVersion;
            case ModelNames.Behaviour:
                var window = new IntentQuestion(SharedScorer.User, [.. new float[IntentFeatures.Count]], ScoringLane.Checkout, Deadline: null);
                return (await _scorer.ReadIntentAsync(window, CancellationToken.None)).ModelVersion;
            default:
                EventPayload payload = model == ModelNames.Voice ? Heard : SharedScorer.Text("I love it");
                return (await _scorer.ScoreAsync([SharedScorer.Request(payload)], CancellationToken.None))[0].Observation!.ModelVersion;
        }
    }

    private static VoicePayload Heard { get; } = AcousticFeatureExtractor.Extract(MadeUpVoice.Calm.At(16_000), 16_000);

    private static byte[] Damaged(string model, string damage)
    {
        var file = Shipped(model);
        switch (damage)
        {
            case "flipped":
                file[file.Length / 2] ^= 1;
                return file;
            case "truncated":
                return file[..(file.Length / 3)];
            case "empty":
                return [];
            case "noise":
                return [.. Enumerable.Range(0, 4096).Select(static i => (byte)(StableHash.Of($"{i}") & 0xff))];
            case "other kind":
                return Shipped(model == ModelNames.Voice ? ModelNames.Behaviour : ModelNames.Voice);
            case "no metadata":
                return Convert.FromBase64String(OnnxRuntimeTests.IdentityModel);
            default:
                // A seal that fits, over features that nobody measures.
                var at = file.AsSpan().IndexOf("product_pages"u8);
                file[at] = (byte)'X';
                return ModelFiles.Sealed(file);
        }
    }

    private static byte[] Shipped(string model) => File.ReadAllBytes(model switch
    {
        ModelNames.Text => s_options.FullTextModelPath,
        ModelNames.Face => s_options.FullFaceModelPath,
        ModelNames.Voice => s_options.FullVoiceModelPath,
        _ => s_options.FullBehaviourModelPath,
    });
}
