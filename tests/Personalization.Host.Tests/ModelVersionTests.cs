using Grpc.Core;
using Personalization.Client;
using Personalization.Scoring.Tests.Lifecycle;
using Personalization.V1;

namespace Personalization.Host.Tests;

/// <summary>Versions of a model managed over gRPC in the engine as it is shipped, while it reads.</summary>
public sealed class ModelVersionTests : IDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly TemporaryFolder _models = new();

    public ModelVersionTests()
    {
        var shipped = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "models", "text", "text.onnx"));
        Directory.CreateDirectory(Path.Combine(_models.Path, "text"));
        File.WriteAllBytes(Path.Combine(_models.Path, "text", "next.onnx"), ModelFiles.WithVersion(shipped, '9'));
        File.WriteAllBytes(Path.Combine(_models.Path, "text", "cut.onnx"), shipped[..(shipped.Length / 2)]);
    }

    public void Dispose()
    {
        _data.Dispose();
        _models.Dispose();
    }

    [Fact]
    public async Task Version_FromLoadToUnload_ReadsForWhomItIsToldTo()
    {
        await using var host = await StartAsync();
        using var engine = PersonalizationClient.Over(host.Channel.CreateCallInvoker());
        var old = await ReaderAsync(engine, "ada");

        var next = (await engine.Models.LoadModelAsync(new LoadModelRequest { Model = "text", Path = "text/next.onnx" })).Version;
        Assert.Equal((ModelState.Ready, old), (next.State, await ReaderAsync(engine, "ada")));
        Assert.NotEqual(old, next.Version);

        await SetAsync(engine, next.Version, ModelState.Shadow);
        Assert.Equal(old, await ReaderAsync(engine, "ada"));
        await SetAsync(engine, next.Version, ModelState.Canary, 0.5);
        var readers = await ReadersAsync(engine);
        Assert.Equal(new[] { old, next.Version }.Order(), readers.Values.Distinct().Order());
        Assert.Equal(readers, await ReadersAsync(engine));

        await SetAsync(engine, next.Version, ModelState.Live);
        Assert.Equal(next.Version, await ReaderAsync(engine, "ada"));
        var live = (await engine.Models.RollbackModelAsync(new RollbackModelRequest { Model = "text", Version = next.Version })).Live;
        Assert.Equal((old, old), (live.Version, await ReaderAsync(engine, "ada")));
        var gone = (await engine.Models.UnloadModelAsync(new UnloadModelRequest { Model = "text", Version = next.Version })).Version;

        // The same network: it agrees with itself on whatever it was shown.
        Assert.Equal((0, 0, 0), (gone.Agreement.MeanValenceDifference, gone.Agreement.DisagreementRate, gone.Agreement.Failed));
        Assert.True(gone.Agreement.Compared > 0);
        Assert.Equal(old, Assert.Single((await engine.Models.ListModelVersionsAsync(new ListModelVersionsRequest { Model = "text" })).Versions).Version);
    }

    [Theory]
    [InlineData("text/cut.onnx", "text", StatusCode.FailedPrecondition)]
    [InlineData("text/next.onnx", "face", StatusCode.FailedPrecondition)]
    [InlineData("text/none.onnx", "text", StatusCode.NotFound)]
    [InlineData("../../../etc/passwd", "text", StatusCode.InvalidArgument)]
    public async Task LoadModel_Refused_TheOldVersionGoesOn(string path, string model, StatusCode code)
    {
        await using var host = await StartAsync();
        using var engine = PersonalizationClient.Over(host.Channel.CreateCallInvoker());
        var before = await engine.Models.ListModelVersionsAsync(new ListModelVersionsRequest());

        var refusal = await Assert.ThrowsAsync<RpcException>(
            async () => await engine.Models.LoadModelAsync(new LoadModelRequest { Model = model, Path = path }));

        Assert.Equal(code, refusal.StatusCode);
        Assert.DoesNotContain(_models.Path, refusal.Status.Detail, StringComparison.Ordinal);
        Assert.StartsWith("text@", await ReaderAsync(engine, "ada"), StringComparison.Ordinal);
        Assert.Equal(
            before.Versions.Select(static v => (v.Version, v.State)),
            (await engine.Models.ListModelVersionsAsync(new ListModelVersionsRequest())).Versions.Select(static v => (v.Version, v.State)));
    }

    [Fact]
    public async Task Start_ShadowInTheConfiguration_IsThereFromTheStart()
    {
        await using var host = await StartAsync(
            "--Scoring:Versions:0:Model", "text", "--Scoring:Versions:0:State", "Shadow",
            "--Scoring:Versions:0:Path", Path.Combine(_models.Path, "text", "next.onnx"), "--Api:AllowModelChanges", "false");
        using var engine = PersonalizationClient.Over(host.Channel.CreateCallInvoker());

        var versions = (await engine.Models.ListModelVersionsAsync(new ListModelVersionsRequest { Model = "text" })).Versions;
        var refusal = await Assert.ThrowsAsync<RpcException>(
            async () => await engine.Models.RollbackModelAsync(new RollbackModelRequest { Model = "text" }));

        Assert.Equal([ModelState.Live, ModelState.Shadow], versions.Select(static version => version.State));
        Assert.Equal(StatusCode.PermissionDenied, refusal.StatusCode);
    }

    private Task<InProcessHost> StartAsync(params string[] more) =>
        InProcessHost.StartAsync(_data.Path, ["--Scoring:ModelsDirectory", _models.Path, .. more]);

    private static async Task SetAsync(PersonalizationClient engine, string version, ModelState state, double share = 0)
    {
        var response = await engine.Models.SetModelTrafficAsync(
            new SetModelTrafficRequest { Model = "text", Version = version, State = state, Share = share });
        Assert.Equal((state, version), (response.Version.State, response.Version.Version));
    }

    private static async Task<Dictionary<string, string>> ReadersAsync(PersonalizationClient engine)
    {
        var readers = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var user = 0; user < 24; user++)
        {
            readers.Add($"user-{user}", await ReaderAsync(engine, $"user-{user}"));
        }

        return readers;
    }

    // Which version reads for somebody.
    private static async Task<string> ReaderAsync(PersonalizationClient engine, string owner)
    {
        var words = new Scorable { TextFeedback = new TextFeedback { Text = "I love the texture." } };
        return (await engine.Sentiments.ScoreAsync(new ScoreRequest { Payload = words, Owner = owner })).Sentiment.Sentiment.ModelVersion;
    }
}
