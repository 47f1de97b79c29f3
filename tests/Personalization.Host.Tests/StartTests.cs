using System.Net;
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
    public async Task Start_WithAWrongSetting_SaysWhichAndEnds(string name, string value, string message)
    {
        using var data = new TemporaryFolder();
        var (exitCode, error) = await HostProcess.RunAsync("--grpc-port", "0", "--http-port", "0", "--data", data.Path, name, value);
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
