using System.Net;
using System.Text.Json;
using Personalization.V1;

namespace Personalization.Host.Tests;

/// <summary>Starting, stopping, and being started wrongly.</summary>
public sealed class StartTests
{
    [Theory]
    [InlineData("--grpc-port", "70000", "Engine:GrpcPort is 70000; it must be between 0 and 65535.")]
    [InlineData("--bind", "nowhere", "Engine:Bind is 'nowhere'; it must be an IP address")]
    [InlineData("--role", "silo", "Engine:Role is 'silo'")]
    [InlineData("--grpc-port", "many", "'many' at 'Engine:GrpcPort'")]
    [InlineData("--Rewards:Window", "soon", "'soon' at 'Rewards:Window'")]
    [InlineData("--Pump:BatchSize", "0", "Pump:BatchSize is 0; it must be between 1 and 10000.")]
    [InlineData("--Interventions:HoldoutShare", "0.9", "Interventions:HoldoutShare: is 0.9; allowed: 0 to 0.5.")]
    [InlineData("--Interventions:DiscountPercents:0", "120", "Interventions:DiscountPercents[0]: is 120; allowed: 1E-06 to 90.")]
    [InlineData("--Recommender:PoolSize", "3", "Recommender:PoolSize: is 3; allowed: 16 to 256.")]
    [InlineData("--Recommender:Exploration", "dice", "Recommender:Exploration: is 'dice'; allowed: linmed, squarecb, ")]
    [InlineData("--Recommender:Examination", "guess", "Recommender:Examination: is 'guess'; allowed: position, cascade.")]
    [InlineData("--Recommender:InheritFromAlike", "perhaps", "'perhaps' at 'Recommender:InheritFromAlike'")]
    [InlineData("--Rewards:Capacity", "0", "Rewards:Capacity: is 0; allowed: 1 to 256.")]
    [InlineData("--Storage:DedupAge", "00:00:00", "Storage:DedupAge is 00:00:00: expected more than zero.")]
    [InlineData("--Experiment:Arms:magic", "1", "Experiment:")]
    [InlineData("--Consent:Analytics", "perhaps", "'perhaps' at 'Consent:Analytics'")]
    public async Task Start_WithAWrongSetting_SaysWhichAndEnds(string name, string value, string message)
    {
        using var data = new TemporaryFolder();
        var (exitCode, error) = await HostProcess.RunAsync("--grpc-port", "0", "--http-port", "0", "--data", data.Path, name, value);
        Assert.Equal(2, exitCode);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithSeveralWrongSettings_SaysAllOfThem()
    {
        using var data = new TemporaryFolder();
        var (exitCode, error) = await HostProcess.RunAsync(
            "--grpc-port", "0", "--http-port", "0", "--data", data.Path, "--Rewards:Capacity", "0", "--Pump:BatchSize", "0",
            "--Interventions:DailyCap", "-1", "--Interventions:PerkCost", "-2");
        Assert.Equal(2, exitCode);
        foreach (var setting in new[] { "Rewards:Capacity", "Pump:BatchSize", "Interventions:DailyCap", "Interventions:PerkCost" })
        {
            Assert.Contains(setting, error, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Interventions:DailyCapp", "3", "Interventions:DailyCapp is no setting")]
    [InlineData("--Recommender:Epsilon", "0.1", "Recommender:Epsilon is no setting, or none that applies with the others")]
    [InlineData("--Consent:Face", "true", "Consent:Face is no setting")]
    [InlineData("--Pump:Batch", "3", "Pump:Batch is no setting; Pump has BatchSize, ")]
    [InlineData("--Scoring:Batching:MaxBach", "3", "Scoring:Batching:MaxBach is no setting; ")]
    [InlineData("--Scoring:Versions:0:Modell", "text", "Scoring:Versions:0:Modell is no setting; ")]
    [InlineData("--Tokens:Currant", "1", "Tokens:Currant is no setting")]
    [InlineData("--Intervention:DailyCap", "3", "'--Intervention:DailyCap' is not an option.")]
    public async Task Start_WithASettingThatNothingReads_SaysSoAndEnds(string name, string value, string message)
    {
        using var data = new TemporaryFolder();
        var (exitCode, error) = await HostProcess.RunAsync("--grpc-port", "0", "--http-port", "0", "--data", data.Path, name, value);
        Assert.Equal(2, exitCode);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PERSONALIZATION_Interventions__Cooldown", "-01:00:00", "Interventions:Cooldown: is -01:00:00; allowed: 00:00:00 to 90.00:00:00.")]
    [InlineData("PERSONALIZATION_Interventions__Cool_down", "01:00:00", "Interventions:Cool_down is no setting")]
    [InlineData("PERSONALIZATION_Reward__Window", "01:00:00", "PERSONALIZATION_Reward__Window is no setting: there is no section 'Reward'.")]
    public async Task Start_WithAWrongVariable_SaysWhichAndEnds(string variable, string value, string message)
    {
        using var data = new TemporaryFolder();
        var (exitCode, error) = await HostProcess.RunAsync(
            new Dictionary<string, string> { [variable] = value }, "--grpc-port", "0", "--http-port", "0", "--data", data.Path);
        Assert.Equal(2, exitCode);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--grcp-port", "1")]
    [InlineData("5080")]
    [InlineData("--data")]
    public async Task Start_WithAnUnknownOption_SaysSoAndEnds(params string[] args)
    {
        var (exitCode, error) = await HostProcess.RunAsync(args);
        Assert.Equal(2, exitCode);
        Assert.Contains(args[0], error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_SecondOnTheSameData_IsRefusedWithTheReason()
    {
        using var data = new TemporaryFolder();
        await using var first = await HostProcess.StartAsync(data.Path);
        var (exitCode, error) = await HostProcess.RunAsync("--grpc-port", "0", "--http-port", "0", "--data", data.Path);
        Assert.Equal(1, exitCode);
        Assert.Contains(data.Path, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunningEngine_AnswersHealthMetricsStatusAndPage()
    {
        using var data = new TemporaryFolder();
        await using var host = await HostProcess.StartAsync(data.Path);
        foreach (var path in new[] { "/health/live", "/health/ready", "/status", "/metrics", "/", "/dashboard.js", "/dashboard.css" })
        {
            using var reply = await host.Http.GetAsync(path);
            Assert.True(reply.StatusCode == HttpStatusCode.OK, $"{path} answered {reply.StatusCode}.");
        }

        using var page = JsonDocument.Parse(await host.Http.GetStringAsync("/status"));
        var queues = page.RootElement.GetProperty("queues").EnumerateObject().Select(static q => q.Name).ToArray();
        foreach (var model in new[] { "text", "face", "voice", "behaviour" })
        {
            Assert.Contains(queues, q => q.StartsWith($"payloads waiting for {model}@", StringComparison.Ordinal));
        }

        var status = await new OperationsService.OperationsServiceClient(host.Channel).GetServerStatusAsync(new GetServerStatusRequest());
        Assert.Equal(BuildFacts.PackageMode, status.PackageMode);
        Assert.Equal(BuildFacts.PackageMode, host.Mode);
        Assert.Equal(0, await host.StopAsync());
    }

    [Fact]
    public async Task Stop_WhenAsked_KeepsWhatWasLearned()
    {
        using var data = new TemporaryFolder();
        var shopper = new Shopper { UserId = "keeper", SessionId = "s" };
        await using (var first = await HostProcess.StartAsync(data.Path))
        {
            var ingestion = new IngestionService.IngestionServiceClient(first.Channel);
            var reply = await ingestion.IngestEventsAsync(new IngestEventsRequest
            {
                Events =
                {
                    new Event
                    {
                        EventId = "keep-1", Shopper = shopper, ProductId = "p", Channel = Channel.Review,
                        TextFeedback = new TextFeedback { Text = "I love this cream, it is wonderful." },
                    },
                },
            });
            Assert.Equal(EventStatus.Accepted, Assert.Single(reply.Results).Status);
            Assert.Equal(0, await first.StopAsync());
        }

        await using var second = await HostProcess.StartAsync(data.Path);
        var profiles = new ProfileService.ProfileServiceClient(second.Channel);
        var profile = (await profiles.GetProfileAsync(new GetProfileRequest { Shopper = shopper })).Profile;
        Assert.Equal(1, profile.EventCount);
        Assert.True(profile.Mood.Valence.Mean > 0.05, $"valence is {profile.Mood.Valence.Mean}");
    }
}
