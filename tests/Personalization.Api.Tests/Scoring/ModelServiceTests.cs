using Grpc.Core;
using NSubstitute;
using Personalization.Api.Tests.Fakes;
using Personalization.Domain.Scoring;
using Personalization.Grains.Scoring;

namespace Personalization.Api.Tests.Scoring;

public sealed class ModelServiceTests
{
    private static readonly DateTimeOffset s_loadedAt = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly IModelGrain _models = Substitute.For<IModelGrain>();

    [Fact]
    public async Task LoadModel_Loaded_IsToldWhole()
    {
        _models.Load("voice", "voice/2.onnx", Arg.Any<CancellationToken>()).Returns(Done(Model("voice", "voice@2+ab", ModelState.Ready, 0)));
        await using var host = await StartAsync();

        var version = (await Client(host).LoadModelAsync(new Wire.LoadModelRequest { Model = "voice", Path = "voice/2.onnx" })).Version;

        Assert.Equal(("voice", "voice@2+ab", "cpu"), (version.Model, version.Version, version.Device));
        Assert.Equal((Wire.ModelState.Ready, 0.0, true), (version.State, version.TrafficShare, version.IsPrevious));
        Assert.Equal((s_loadedAt, 1, 20L, 5L), (version.LoadedAt.ToDateTimeOffset(), version.Waiting, version.Scored, version.Failed));
        Assert.Equal((4L, 0.25, 0.5, 0.75), (
            version.Agreement.Compared, version.Agreement.MeanValenceDifference, version.Agreement.MeanArousalDifference, version.Agreement.DisagreementRate));
        Assert.Equal((6L, 7L), (version.Agreement.Dropped, version.Agreement.Failed));
    }

    [Theory]
    [InlineData(Wire.ModelState.Ready, ModelState.Ready, 0)]
    [InlineData(Wire.ModelState.Shadow, ModelState.Shadow, 0)]
    [InlineData(Wire.ModelState.Canary, ModelState.Canary, 0.25)]
    [InlineData(Wire.ModelState.Canary, ModelState.Canary, 0)]
    [InlineData(Wire.ModelState.Live, ModelState.Live, 0)]
    public async Task SetModelTraffic_State_ReachesTheModelsAndComesBack(Wire.ModelState asked, ModelState state, double share)
    {
        _models.Stage("text", "text@2+ab", state, share, Arg.Any<CancellationToken>()).Returns(Done(Model("text", "text@2+ab", state, share)));
        await using var host = await StartAsync();

        var response = await Client(host).SetModelTrafficAsync(
            new Wire.SetModelTrafficRequest { Model = "text", Version = "text@2+ab", State = asked, Share = share });

        Assert.Equal((asked, share), (response.Version.State, response.Version.TrafficShare));
    }

    [Fact]
    public async Task RollbackAndUnload_ReachTheModels()
    {
        _models.RollBack("face", "", Arg.Any<CancellationToken>()).Returns(Done(Model("face", "face@1+ab", ModelState.Live, 1)));
        _models.Unload("face", "face@2+ab", Arg.Any<CancellationToken>()).Returns(Done(Model("face", "face@2+ab", ModelState.Draining, 0)));
        await using var host = await StartAsync();

        var live = (await Client(host).RollbackModelAsync(new Wire.RollbackModelRequest { Model = "face" })).Live;
        var gone = (await Client(host).UnloadModelAsync(new Wire.UnloadModelRequest { Model = "face", Version = "face@2+ab" })).Version;

        Assert.Equal(("face@1+ab", Wire.ModelState.Live), (live.Version, live.State));
        Assert.Equal(("face@2+ab", Wire.ModelState.Draining), (gone.Version, gone.State));
    }

    [Theory]
    [InlineData("", "text@1+ab,text@2+ab,face@1+ab")]
    [InlineData("text", "text@1+ab,text@2+ab")]
    [InlineData("voice", "")]
    public async Task ListModelVersions_OfAModelOrAll_AreThoseOfIt(string model, string versions)
    {
        _models.Report().Returns([
            Model("text", "text@1+ab", ModelState.Live, 0.9), Model("text", "text@2+ab", ModelState.Canary, 0.1), Model("face", "face@1+ab", ModelState.Live, 1)]);
        await using var host = await StartAsync();

        var listed = await Client(host).ListModelVersionsAsync(new Wire.ListModelVersionsRequest { Model = model });

        Assert.Equal(versions, string.Join(',', listed.Versions.Select(static version => version.Version)));
    }

    public static TheoryData<ModelChangeStatus, StatusCode, string> Refusals => new()
    {
        { ModelChangeStatus.PathRefused, StatusCode.InvalidArgument, "INVALID_FIELD" },
        { ModelChangeStatus.NoSuchFile, StatusCode.NotFound, "NOT_FOUND" },
        { ModelChangeStatus.FileRefused, StatusCode.FailedPrecondition, "MODEL_REFUSED" },
        { ModelChangeStatus.NoSuchVersion, StatusCode.NotFound, "NOT_FOUND" },
        { ModelChangeStatus.NotPossible, StatusCode.FailedPrecondition, "MODEL_STATE" },
        { ModelChangeStatus.NoRoom, StatusCode.ResourceExhausted, "TOO_MANY_VERSIONS" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Change_Refused_SaysWhy(ModelChangeStatus status, StatusCode code, string reason)
    {
        _models.Load(default!, default!, default).ReturnsForAnyArgs(new ModelChangeMessage(status, "because", null));
        await using var host = await StartAsync();

        var refusal = await ApiHost.RefusalAsync(
            async () => await Client(host).LoadModelAsync(new Wire.LoadModelRequest { Model = "text", Path = "a.onnx" }));

        Assert.Equal((code, reason), (refusal.Code, refusal.Info.Reason));
        Assert.Equal(status == ModelChangeStatus.PathRefused ? "path" : null, refusal.Fields?.FieldViolations.Single().Field);
    }

    public static TheoryData<string, Func<Wire.ModelService.ModelServiceClient, Task>> Spoiled => new()
    {
        { "model", static c => c.LoadModelAsync(new() { Model = "nose", Path = "a.onnx" }).ResponseAsync },
        { "model", static c => c.LoadModelAsync(new() { Path = "a.onnx" }).ResponseAsync },
        { "path", static c => c.LoadModelAsync(new() { Model = "text" }).ResponseAsync },
        { "path", static c => c.LoadModelAsync(new() { Model = "text", Path = new string('x', 513) }).ResponseAsync },
        { "model", static c => c.ListModelVersionsAsync(new() { Model = "nose" }).ResponseAsync },
        { "version", static c => c.SetModelTrafficAsync(new() { Model = "text", State = Wire.ModelState.Live }).ResponseAsync },
        { "state", static c => c.SetModelTrafficAsync(new() { Model = "text", Version = "v" }).ResponseAsync },
        { "state", static c => c.SetModelTrafficAsync(new() { Model = "text", Version = "v", State = Wire.ModelState.Draining }).ResponseAsync },
        { "share", static c => c.SetModelTrafficAsync(new() { Model = "text", Version = "v", State = Wire.ModelState.Canary, Share = 1.1 }).ResponseAsync },
        { "share", static c => c.SetModelTrafficAsync(new() { Model = "text", Version = "v", State = Wire.ModelState.Canary, Share = -0.1 }).ResponseAsync },
        { "share", static c => c.SetModelTrafficAsync(new() { Model = "text", Version = "v", State = Wire.ModelState.Canary, Share = double.NaN }).ResponseAsync },
        { "share", static c => c.SetModelTrafficAsync(new() { Model = "text", Version = "v", State = Wire.ModelState.Live, Share = 0.5 }).ResponseAsync },
        { "model", static c => c.RollbackModelAsync(new()).ResponseAsync },
        { "version", static c => c.RollbackModelAsync(new() { Model = "text", Version = new string('x', 257) }).ResponseAsync },
        { "version", static c => c.UnloadModelAsync(new() { Model = "text" }).ResponseAsync },
    };

    [Theory]
    [MemberData(nameof(Spoiled))]
    public async Task Change_FieldOutOfRange_IsInvalidArgumentThatNamesIt(string field, Func<Wire.ModelService.ModelServiceClient, Task> call)
    {
        await using var host = await StartAsync();

        var refusal = await ApiHost.RefusalAsync(() => call(Client(host)));

        Assert.Equal((StatusCode.InvalidArgument, field), (refusal.Code, refusal.Fields!.FieldViolations.Single().Field));
        Assert.Empty(_models.ReceivedCalls());
    }

    [Fact]
    public async Task Changes_TurnedOff_AreRefusedAndModelsStillListed()
    {
        _models.Report().Returns([Model("text", "text@1+ab", ModelState.Live, 1)]);
        await using var host = await StartAsync(static options => options.AllowModelChanges = false);
        var client = Client(host);
        Func<Task>[] changes =
        [
            () => client.LoadModelAsync(new() { Model = "text", Path = "a.onnx" }).ResponseAsync,
            () => client.SetModelTrafficAsync(new() { Model = "text", Version = "v", State = Wire.ModelState.Live }).ResponseAsync,
            () => client.RollbackModelAsync(new() { Model = "text" }).ResponseAsync,
            () => client.UnloadModelAsync(new() { Model = "text", Version = "v" }).ResponseAsync,
        ];

        foreach (var change in changes)
        {
            var refusal = await ApiHost.RefusalAsync(change);
            Assert.Equal((StatusCode.PermissionDenied, "MODEL_CHANGES_OFF"), (refusal.Code, refusal.Info.Reason));
        }

        Assert.Single((await client.ListModelVersionsAsync(new())).Versions);
    }

    private static Wire.ModelService.ModelServiceClient Client(ApiHost host) => new(host.Channel);

    private Task<ApiHost> StartAsync(Action<ApiOptions>? configure = null) =>
        ApiHost.StartAsync(configure, grains => grains.GetGrain<IModelGrain>(0).Returns(_models));

    private static ModelChangeMessage Done(ModelReportMessage model) => new(ModelChangeStatus.Done, "", model);

    private static ModelReportMessage Model(string name, string version, ModelState state, double share) => new(
        name, version, "cpu", new ModelCounts(1, 20, 3, 4, 5, 6), TimeSpan.Zero, TimeSpan.Zero, [], [],
        new ModelStanding(state, share, IsPrevious: true, s_loadedAt, new ModelAgreementMessage(4, 0.25, 0.5, 3, 6, 7)));
}
