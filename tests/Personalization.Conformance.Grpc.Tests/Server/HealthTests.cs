using Grpc.Core;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Personalization.Conformance.Grpc.Hosting;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Personalization.Conformance.Grpc.Server;

public sealed class HealthTests
{
    [Theory]
    [InlineData(HealthStatus.Healthy, ServingStatus.Serving)]
    [InlineData(HealthStatus.Degraded, ServingStatus.Serving)]
    [InlineData(HealthStatus.Unhealthy, ServingStatus.NotServing)]
    public async Task Check_OfTheServer_IsThatOfItsChecks(HealthStatus status, ServingStatus expected)
    {
        await using var server = await StartAsync(checks => checks.AddCheck("one", () => new HealthCheckResult(status)));

        var reply = await new Health.HealthClient(server.Channel).CheckAsync(new HealthCheckRequest());

        Assert.Equal(expected, reply.Status);
    }

    [Fact]
    public async Task Check_OfAService_CountsItsChecksOnly()
    {
        await using var server = await EchoServer.StartAsync(
            services: services => services
                .AddGrpcHealthChecks(options =>
                {
                    options.Services.Map("good", check => check.Tags.Contains("good"));
                    options.Services.Map("bad", check => check.Name == "second");
                })
                .AddCheck("first", () => HealthCheckResult.Healthy(), ["good"])
                .AddCheck("second", () => HealthCheckResult.Unhealthy()),
            map: app => app.MapGrpcHealthChecksService());
        var client = new Health.HealthClient(server.Channel);

        Assert.Equal(ServingStatus.Serving, (await client.CheckAsync(new HealthCheckRequest { Service = "good" })).Status);
        Assert.Equal(ServingStatus.NotServing, (await client.CheckAsync(new HealthCheckRequest { Service = "bad" })).Status);
        Assert.Equal(ServingStatus.NotServing, (await client.CheckAsync(new HealthCheckRequest())).Status);
    }

    [Fact]
    public async Task Check_OfAnUnknownService_IsNotFound()
    {
        await using var server = await StartAsync(checks => checks.AddCheck("one", () => HealthCheckResult.Healthy()));

        var error = await Assert.ThrowsAsync<RpcException>(() =>
            new Health.HealthClient(server.Channel).CheckAsync(new HealthCheckRequest { Service = "who" }).ResponseAsync);

        Assert.Equal(StatusCode.NotFound, error.StatusCode);
    }

    [Fact]
    public async Task Watch_OfTheServer_FollowsItsStatus()
    {
        await using var server = await StartAsync(checks => checks.AddCheck("one", () => HealthCheckResult.Healthy()));
        using var watch = new Health.HealthClient(server.Channel).Watch(new HealthCheckRequest());

        Assert.True(await watch.ResponseStream.MoveNext());
        Assert.Equal(ServingStatus.Serving, watch.ResponseStream.Current.Status);

        // What the publisher does when its period is over.
        var published = server.App.Services.GetRequiredService<IEnumerable<IHealthCheckPublisher>>().Single();
        await published.PublishAsync(Report(HealthStatus.Healthy), default);
        await published.PublishAsync(Report(HealthStatus.Unhealthy), default);
        while (watch.ResponseStream.Current.Status != ServingStatus.NotServing)
        {
            Assert.True(await watch.ResponseStream.MoveNext());
        }
    }

    [Fact]
    public async Task Watch_OfAnUnknownService_SaysSoAndStays()
    {
        await using var server = await StartAsync(checks => checks.AddCheck("one", () => HealthCheckResult.Healthy()));
        using var watch = new Health.HealthClient(server.Channel).Watch(new HealthCheckRequest { Service = "who" });

        Assert.True(await watch.ResponseStream.MoveNext());
        Assert.Equal(ServingStatus.ServiceUnknown, watch.ResponseStream.Current.Status);
        Assert.False(watch.ResponseStream.MoveNext().IsCompleted);
    }

    [Fact]
    public async Task Watch_WhenTheServerStops_EndsNotServing()
    {
        var server = await StartAsync(checks => checks.AddCheck("one", () => HealthCheckResult.Healthy()));
        using var watch = new Health.HealthClient(server.Channel).Watch(new HealthCheckRequest());
        Assert.True(await watch.ResponseStream.MoveNext());

        var stopping = server.App.StopAsync();
        var last = ServingStatus.Unknown;
        while (await watch.ResponseStream.MoveNext())
        {
            last = watch.ResponseStream.Current.Status;
        }

        Assert.Equal(ServingStatus.NotServing, last);
        await stopping;
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Statuses_SetByHand_AreServed()
    {
        var health = new HealthServiceImpl();
        await using var server = await EchoServer.StartAsync(
            services: services => services.AddSingleton(health), map: app => app.MapGrpcService<HealthServiceImpl>());
        var client = new Health.HealthClient(server.Channel);
        health.SetStatus("a", ServingStatus.Serving);
        using var watch = client.Watch(new HealthCheckRequest { Service = "a" });
        Assert.True(await watch.ResponseStream.MoveNext());
        Assert.Equal(ServingStatus.Serving, watch.ResponseStream.Current.Status);

        health.SetStatus("a", ServingStatus.NotServing);
        Assert.True(await watch.ResponseStream.MoveNext());
        Assert.Equal(ServingStatus.NotServing, watch.ResponseStream.Current.Status);
        Assert.Equal(ServingStatus.NotServing, (await client.CheckAsync(new HealthCheckRequest { Service = "a" })).Status);

        health.ClearAll();
        Assert.True(await watch.ResponseStream.MoveNext());
        Assert.Equal(ServingStatus.ServiceUnknown, watch.ResponseStream.Current.Status);
    }

    private static Task<EchoServer> StartAsync(Action<IHealthChecksBuilder> checks) => EchoServer.StartAsync(
        services: services => checks(services.AddGrpcHealthChecks()), map: app => app.MapGrpcHealthChecksService());

    private static HealthReport Report(HealthStatus status) => new(
        new Dictionary<string, HealthReportEntry> { ["one"] = new(status, null, TimeSpan.Zero, null, null) }, TimeSpan.Zero);
}
