using Google.Protobuf;
using Grpc.Core;
using NSubstitute;
using Personalization.Api.Recommendations;
using Personalization.Api.Tests.Fakes;
using Personalization.Grains.Recommendations;

namespace Personalization.Api.Tests.Recommendations;

public sealed class PolicyServiceTests
{
    private static readonly PolicyReportMessage s_report = new()
    {
        Version = "hybrid-ridge@7", Observations = 5, Misfits = 1, Products = 3, MeanReward = 0.25, ItemLambda = 50, LambdaChanges = 2,
        Examination = [1, 0.5], Alarms = 4, AlarmedAt = 2, AlarmScore = -0.5, HasPrevious = true,
    };

    private readonly IPolicyGrain _policy = Substitute.For<IPolicyGrain>();

    [Fact]
    public async Task GetPolicyStatus_Any_IsToldWhole()
    {
        _policy.Report().Returns(s_report);
        await using var host = await StartAsync();
        var status = (await Client(host).GetPolicyStatusAsync(new())).Policy;
        Assert.Equal(("hybrid-ridge@7", 5L, 1L, 3, 0.25), (status.Version, status.Observations, status.Misfits, status.Products, status.MeanReward));
        Assert.Equal((50.0, 2, 4, 2L, -0.5, true), (
            status.ProductPull, status.PullChanges, status.Alarms, status.AlarmedAtObservation, status.AlarmScore, status.HasPrevious));
        Assert.Equal([1, 0.5], status.Examination);
    }

    [Fact]
    public async Task ExportThenImport_ManyParts_AreTheSameBytes()
    {
        var bytes = new byte[700_001];
        new Random(1).NextBytes(bytes);
        _policy.Export().Returns(new PolicyFileMessage(bytes));
        byte[]? arrived = null;
        _policy.Import(Arg.Do<PolicyFileMessage>(file => arrived = file.Bytes)).Returns(new PolicyChangeMessage(PolicyChangeStatus.Done, "", s_report));
        await using var host = await StartAsync();

        var parts = new List<ByteString>();
        using (var export = Client(host).ExportPolicy(new()))
        {
            while (await export.ResponseStream.MoveNext(TestContext.Token))
            {
                parts.Add(export.ResponseStream.Current.Part);
            }
        }

        Assert.Equal(bytes, parts.SelectMany(static p => p.ToByteArray()));
        Assert.True(parts.Count > 1);
        Assert.Equal("hybrid-ridge@7", (await ImportAsync(host, parts)).Policy.Version);
        Assert.Equal(bytes, arrived);
    }

    [Theory]
    [InlineData(Wire.PolicyImportMode.Unspecified, "Import")]
    [InlineData(Wire.PolicyImportMode.AsIs, "Import")]
    [InlineData(Wire.PolicyImportMode.AsPrior, "ImportAsPrior")]
    public async Task ImportPolicy_Mode_TakesWhatItSaysOfTheModel(Wire.PolicyImportMode mode, string call)
    {
        var done = new PolicyChangeMessage(PolicyChangeStatus.Done, "", s_report);
        _policy.Import(default!).ReturnsForAnyArgs(done);
        _policy.ImportAsPrior(default!).ReturnsForAnyArgs(done);
        await using var host = await StartAsync();
        await ImportAsync(host, [ByteString.CopyFrom(1, 2), ByteString.CopyFrom(3)], mode);
        var received = _policy.ReceivedCalls().Single();
        Assert.Equal(call, received.GetMethodInfo().Name);
        Assert.Equal([1, 2, 3], ((PolicyFileMessage)received.GetArguments()[0]!).Bytes);
    }

    [Fact]
    public async Task ImportPolicy_UnknownMode_IsInvalidArgumentThatNamesIt()
    {
        await using var host = await StartAsync();
        var refusal = await ApiHost.RefusalAsync(() => ImportAsync(host, [ByteString.CopyFrom(1)], (Wire.PolicyImportMode)9));
        Assert.Equal((StatusCode.InvalidArgument, "mode"), (refusal.Code, refusal.Fields!.FieldViolations.Single().Field));
        Assert.Empty(_policy.ReceivedCalls());
    }

    [Theory]
    [InlineData(PolicyChangeStatus.Refused, "POLICY_REFUSED")]
    [InlineData(PolicyChangeStatus.NotPossible, "POLICY_STATE")]
    public async Task Change_Refused_SaysWhy(PolicyChangeStatus status, string reason)
    {
        _policy.Import(default!).ReturnsForAnyArgs(new PolicyChangeMessage(status, "because", s_report));
        _policy.RollBack().Returns(new PolicyChangeMessage(status, "because", s_report));
        await using var host = await StartAsync();
        _policy.LoadShadow(default!).ReturnsForAnyArgs(new PolicyChangeMessage(status, "because", s_report));
        _policy.UnloadShadow().Returns(new PolicyChangeMessage(status, "because", s_report));
        _policy.PromoteShadow().Returns(new PolicyChangeMessage(status, "because", s_report));
        _policy.SetMode(default, default).ReturnsForAnyArgs(new PolicyChangeMessage(status, "because", s_report));
        foreach (var change in Changes(host))
        {
            var refusal = await ApiHost.RefusalAsync(change);
            Assert.Equal((StatusCode.FailedPrecondition, reason), (refusal.Code, refusal.Info.Reason));
        }
    }

    [Fact]
    public async Task ImportPolicy_PartTooLarge_IsInvalidArgumentThatNamesIt()
    {
        await using var host = await StartAsync();
        var refusal = await ApiHost.RefusalAsync(() => ImportAsync(host, [ByteString.CopyFrom(new byte[PolicyService.MostPartBytes + 1])]));
        Assert.Equal((StatusCode.InvalidArgument, "part"), (refusal.Code, refusal.Fields!.FieldViolations.Single().Field));
        Assert.Empty(_policy.ReceivedCalls());
    }

    [Fact]
    public async Task Calls_ChangesTurnedOff_AreRefusedAndTheStatusStillTold()
    {
        _policy.Report().Returns(s_report);
        await using var host = await StartAsync(static options => options.AllowModelChanges = false);
        foreach (var change in Changes(host).Append(() => ExportAsync(host)))
        {
            var refusal = await ApiHost.RefusalAsync(change);
            Assert.Equal((StatusCode.PermissionDenied, "MODEL_CHANGES_OFF"), (refusal.Code, refusal.Info.Reason));
        }

        Assert.Equal(5, (await Client(host).GetPolicyStatusAsync(new())).Policy.Observations);
        Assert.Equal(["Report"], _policy.ReceivedCalls().Select(static c => c.GetMethodInfo().Name));
    }

    private static Func<Task>[] Changes(ApiHost host) =>
    [
        () => ImportAsync(host, [ByteString.CopyFrom(1, 2, 3)]),
        () => Client(host).RollbackPolicyAsync(new()).ResponseAsync,
        () => LoadAsync(host, new Wire.LoadShadowRequest { Settings = new() { Exploration = new() { Greedy = new() } } }),
        () => Client(host).UnloadShadowAsync(new()).ResponseAsync,
        () => Client(host).PromoteShadowAsync(new()).ResponseAsync,
        () => Client(host).SetPolicyModeAsync(new() { Mode = Wire.PolicyMode.Online }).ResponseAsync,
    ];

    internal static async Task<Wire.PolicyStatus> LoadAsync(ApiHost host, params Wire.LoadShadowRequest[] messages)
    {
        using var load = Client(host).LoadShadow();
        try
        {
            foreach (var message in messages)
            {
                await load.RequestStream.WriteAsync(message);
            }

            await load.RequestStream.CompleteAsync();
        }
        catch (RpcException)
        {
            // Refused before all was sent: the answer says why.
        }

        return (await load.ResponseAsync).Policy;
    }

    private static async Task ExportAsync(ApiHost host)
    {
        using var export = Client(host).ExportPolicy(new());
        await export.ResponseStream.MoveNext(TestContext.Token);
    }

    private static async Task<Wire.ImportPolicyResponse> ImportAsync(
        ApiHost host, IEnumerable<ByteString> parts, Wire.PolicyImportMode mode = Wire.PolicyImportMode.Unspecified)
    {
        using var import = Client(host).ImportPolicy();
        try
        {
            foreach (var part in parts)
            {
                await import.RequestStream.WriteAsync(new Wire.ImportPolicyRequest { Part = part, Mode = mode });
                mode = Wire.PolicyImportMode.Unspecified;
            }

            await import.RequestStream.CompleteAsync();
        }
        catch (RpcException)
        {
            // Refused before all was sent: the answer says why.
        }

        return await import.ResponseAsync;
    }

    private static Wire.PolicyService.PolicyServiceClient Client(ApiHost host) => new(host.Channel);

    private Task<ApiHost> StartAsync(Action<ApiOptions>? configure = null) =>
        ApiHost.StartAsync(configure, grains => grains.GetGrain<IPolicyGrain>(Arg.Any<string>(), Arg.Any<string?>()).Returns(_policy));
}
