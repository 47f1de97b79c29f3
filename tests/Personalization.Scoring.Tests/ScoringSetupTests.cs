using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Personalization.Domain.Profiles;
using Personalization.Domain.Scoring;
using Personalization.LoadTest.Feelings;
using Personalization.Scoring.Onnx;
using Personalization.Scoring.Tests.Lifecycle;
using Personalization.Scoring.Text;

namespace Personalization.Scoring.Tests;

public sealed class ScoringSetupTests
{
    [Fact]
    public async Task AddPersonalizationScoring_Defaults_StartsAndScores()
    {
        await using var provider = Provider();
        provider.GetRequiredService<IStartupValidator>().Validate();
        await Assert.Single(provider.GetServices<IHostedService>()).StartAsync(CancellationToken.None);

        var scorer = provider.GetRequiredService<ISentimentScorer>();
        var result = (await scorer.ScoreAsync([SharedScorer.Request(SharedScorer.Text("I love it"))], CancellationToken.None))[0];

        Assert.Equal(ScoringStatus.Scored, result.Status);
        Assert.StartsWith("text@", result.Observation!.ModelVersion, StringComparison.Ordinal);
        Assert.All(scorer.Report(), model => Assert.StartsWith("cpu", model.Device, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(nameof(ScoringOptions.TextModelPath))]
    [InlineData(nameof(ScoringOptions.FaceModelPath))]
    public async Task Start_ModelMissing_FailsNamingTheFileAndTheWayOut(string model)
    {
        await using var provider = Provider(o => typeof(ScoringOptions).GetProperty(model)!.SetValue(o, "nowhere.onnx"));

        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains("nowhere.onnx", error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(ScoringOptions.AllowRulesOnly), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_BehaviourModelMissing_FailsNamingTheFileOrTellsIntentByRule()
    {
        await using var strict = Provider(o => o.BehaviourModelPath = "nowhere.onnx");
        var error = Assert.Throws<OptionsValidationException>(() => strict.GetRequiredService<IStartupValidator>().Validate());
        Assert.Contains("BehaviourModelPath is", error.Message, StringComparison.Ordinal);

        await using var lenient = Provider(o => (o.BehaviourModelPath, o.AllowRulesOnly) = ("nowhere.onnx", true));
        lenient.GetRequiredService<IStartupValidator>().Validate();
        await Assert.Single(lenient.GetServices<IHostedService>()).StartAsync(CancellationToken.None);
        var answer = await lenient.GetRequiredService<IIntentScorer>().ReadIntentAsync(
            new IntentQuestion(SharedScorer.User, [], ScoringLane.Checkout, null), CancellationToken.None);
        Assert.Equal(ScoringStatus.NoScorer, answer.Status);
        Assert.DoesNotContain(lenient.GetRequiredService<BatchingSentimentScorer>().Report(), static model => model.Name == "behaviour");
    }

    [Fact]
    public async Task Start_ModelMissingAndRulesAllowed_ScoresAllButWords()
    {
        await using var provider = Provider(o => (o.TextModelPath, o.FaceModelPath, o.AllowRulesOnly) = ("nowhere.onnx", "nowhere.onnx", true));
        provider.GetRequiredService<IStartupValidator>().Validate();
        await Assert.Single(provider.GetServices<IHostedService>()).StartAsync(CancellationToken.None);
        var scorer = provider.GetRequiredService<ISentimentScorer>();

        var results = await scorer.ScoreAsync(
            [
                SharedScorer.Request(SharedScorer.Text("I love it")),
                SharedScorer.Request(new Domain.Ingestion.BehaviourPayload { Action = Domain.Ingestion.BehaviourKind.RageClick }),
            ],
            CancellationToken.None);

        Assert.Equal([ScoringStatus.NoScorer, ScoringStatus.Scored], results.Select(r => r.Status));
        Assert.Null(Assert.Single(await ReadAsync(provider, new byte[48 * 48])));
    }

    [Fact]
    public async Task ReadFaces_Defaults_LooksAtPicturesAndSurvivesWhatIsNone()
    {
        await using var provider = Provider();

        var readings = await ReadAsync(provider, new byte[48 * 48], new byte[7], new byte[112 * 112]);

        Assert.Equal([true, false, true], readings.Select(static r => r is not null));
        Assert.StartsWith("face@", readings[0]!.ModelVersion, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadFaces_DeadlinePassed_LooksAtNothing()
    {
        await using var provider = Provider();

        var readings = await provider.GetRequiredService<IFaceReader>().ReadFacesAsync(
            [new FaceCrop(new byte[48 * 48], 1)], DateTimeOffset.UnixEpoch, CancellationToken.None);

        Assert.Null(Assert.Single(readings));
    }

    [Fact]
    public async Task Start_VoiceModelMissing_FailsNamingTheFileAndTheWayOut()
    {
        await using var provider = Provider(o => o.VoiceModelPath = "nowhere.onnx");

        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains($"{nameof(ScoringOptions.VoiceModelPath)} is ", error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(ScoringOptions.AllowRulesOnly), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_VoiceModelMissingAndRulesAllowed_ReadsVoicesByRules()
    {
        await using var provider = Provider(o => (o.VoiceModelPath, o.AllowRulesOnly) = ("nowhere.onnx", true));
        provider.GetRequiredService<IStartupValidator>().Validate();
        await Assert.Single(provider.GetServices<IHostedService>()).StartAsync(CancellationToken.None);
        var heard = AcousticFeatureExtractor.Extract(MadeUpVoice.Calm.At(16_000), 16_000);

        var results = await provider.GetRequiredService<ISentimentScorer>().ScoreAsync(
            [SharedScorer.Request(heard), SharedScorer.Request(SharedScorer.Text("I love it"))], CancellationToken.None);

        Assert.Equal(ProsodyRules.Version, results[0].Observation!.ModelVersion);
        Assert.StartsWith("text@", results[1].Observation!.ModelVersion, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OptionsOutOfRange_NamesEachAndItsRange()
    {
        await using var provider = Provider(o => (o.IntraOpThreads, o.MaxTextCharacters, o.Batching.MaxBatch) = (0, 0, 0));

        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains("IntraOpThreads is 0; it must be 1 to 256", error.Message, StringComparison.Ordinal);
        Assert.Contains("MaxTextCharacters is 0; it must be 1 to 1000000", error.Message, StringComparison.Ordinal);
        Assert.Contains("Batching.MaxBatch is 0; it must be 1 to 1024", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_FurtherVersions_ReadForWhomTheConfigurationSays()
    {
        using var files = new VersionFile(new ScoringOptions().FullBehaviourModelPath);
        await using var provider = Provider(o => o.Versions =
        [
            new ModelVersionOptions { Model = ModelNames.Behaviour, Path = files.Path, State = ModelState.Canary, Share = 1 },
        ]);
        provider.GetRequiredService<IStartupValidator>().Validate();
        await Assert.Single(provider.GetServices<IHostedService>()).StartAsync(CancellationToken.None);

        var answer = await provider.GetRequiredService<IIntentScorer>().ReadIntentAsync(
            new IntentQuestion(SharedScorer.User, [.. new float[IntentFeatures.Count]], ScoringLane.Checkout, null), CancellationToken.None);
        var versions = provider.GetRequiredService<IModelRegistry>().Report().Where(static m => m.Name == ModelNames.Behaviour);

        Assert.Equal([(ModelState.Live, 0.0), (ModelState.Canary, 1.0)], versions.Select(static m => (m.State, m.TrafficShare)));
        Assert.Equal(versions.Last().Version, answer.ModelVersion);
    }

    [Fact]
    public async Task Start_FurtherVersionOfAnotherKind_FailsSayingWhy()
    {
        await using var provider = Provider(o => o.Versions =
        [
            new ModelVersionOptions { Model = ModelNames.Behaviour, Path = o.VoiceModelPath, State = ModelState.Shadow },
        ]);
        provider.GetRequiredService<IStartupValidator>().Validate();

        var error = await Assert.ThrowsAsync<InvalidModelException>(
            () => Assert.Single(provider.GetServices<IHostedService>()).StartAsync(CancellationToken.None));

        Assert.Contains("'window'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_FurtherVersionsOutOfRange_NamesEachAndWhatIsAllowed()
    {
        await using var provider = Provider(o =>
        {
            o.Versions =
            [
                new ModelVersionOptions { Model = "nose", Path = "nowhere.onnx", State = ModelState.Live, Share = 2 },
                new ModelVersionOptions { Model = ModelNames.Text, Path = o.TextModelPath, State = ModelState.Shadow, Share = 0.5 },
                new ModelVersionOptions { Model = ModelNames.Text, Path = o.TextModelPath, State = ModelState.Canary },
                new ModelVersionOptions { Model = ModelNames.Text, Path = o.TextModelPath, State = ModelState.Canary },
            ];
            (o.ModelsDirectory, o.MaxVersions, o.ShadowQueueBound) = (" ", 0, 0);
        });

        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());

        Assert.All(
            [
                "Versions:0:Model is 'nose'", "Versions:0:Path is 'nowhere.onnx'", "Versions:0:State is Live", "Versions:0:Share is 2",
                "Versions:1:Share is 0.5; only a Canary", "has 2 canaries of the text model",
                "ModelsDirectory is empty", "MaxVersions is 0; it must be 1 to 32", "ShadowQueueBound is 0; it must be 1 to 65536",
            ],
            problem => Assert.Contains(problem, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Load_DamagedModel_IsRefused()
    {
        var file = File.ReadAllBytes(new ScoringOptions().FullTextModelPath);
        // One bit of a weight in the middle: still a valid model, and not the one that was trained.
        file[file.Length / 2] ^= 1;

        Assert.Contains("hash", LoadError(file), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NoModelAtAll_IsRefused()
    {
        Assert.Contains("cannot be used", LoadError([1, 2, 3]), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OtherModel_IsRefusedNamingWhatItLacks()
    {
        Assert.Contains("'words'", LoadError(Convert.FromBase64String(OnnxRuntimeTests.IdentityModel)), StringComparison.Ordinal);
    }

    /// <summary>A file of a shipped model under another version, gone afterwards.</summary>
    private sealed class VersionFile : IDisposable
    {
        public VersionFile(string shipped) => File.WriteAllBytes(Path, ModelFiles.WithVersion(File.ReadAllBytes(shipped), '9'));

        public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName() + ".onnx");

        public void Dispose() => File.Delete(Path);
    }

    private static string LoadError(byte[] file)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".onnx");
        try
        {
            File.WriteAllBytes(path, file);
            return Assert.Throws<InvalidModelException>(() => TextModel.Load(path, ScoringDevice.Cpu, 1)).Message;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<Domain.Ingestion.FaceReading?[]> ReadAsync(ServiceProvider provider, params byte[][] pictures) =>
        await provider.GetRequiredService<IFaceReader>().ReadFacesAsync(
            [.. pictures.Select(static p => new FaceCrop(p, 1))], DateTimeOffset.MaxValue, CancellationToken.None);

    private static ServiceProvider Provider(Action<ScoringOptions>? configure = null) =>
        new ServiceCollection()
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
            .AddPersonalizationScoring(configure)
            .BuildServiceProvider();
}
