using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Personalization.Conformance.Grpc.Hosting;

namespace Personalization.Conformance.Grpc.Foreign;

/// <summary>A foreign client against our server. The client runs all its cases once; each is a test here.</summary>
public sealed class ForeignClientTests(ForeignClientTests.Run run) : IClassFixture<ForeignClientTests.Run>
{
    [Theory]
    [InlineData("unary")]
    [InlineData("server stream")]
    [InlineData("client stream")]
    [InlineData("duplex")]
    [InlineData("flow control")]
    [InlineData("deadline")]
    [InlineData("deadline told to the handler")]
    [InlineData("cancel")]
    [InlineData("cancel of a stream")]
    [InlineData("binary metadata")]
    [InlineData("status details")]
    [InlineData("error after messages")]
    [InlineData("exception without a word")]
    [InlineData("gzip")]
    [InlineData("gzip of responses")]
    [InlineData("message size limits")]
    [InlineData("unimplemented")]
    [InlineData("many at a time")]
    [InlineData("health")]
    [InlineData("reflection")]
    public void Case_OfTheForeignClient_Passes(string name) => run.Cases.AssertPassed(name);

    [Fact]
    public void Cases_OfTheForeignClient_AreAllTestsHere() => Assert.Equal(20, run.Cases.Outcomes.Count);

    public sealed class Run : IAsyncLifetime
    {
        internal ForeignCases Cases { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            await using var server = await EchoServer.StartAsync(
                new ForeignEcho().Program,
                services: AddServices,
                map: app =>
                {
                    app.MapGrpcService<EchoService>();
                    app.MapGrpcHealthChecksService();
                    app.MapGrpcReflectionService();
                });
            Cases = await ForeignCases.RunAsync("client.mjs", server.Address.Authority);
        }

        public Task DisposeAsync() => Task.CompletedTask;

        private static void AddServices(IServiceCollection services)
        {
            services.AddGrpcReflection();
            services
                .AddGrpcHealthChecks(options =>
                {
                    options.Services.Map("", check => check.Name == "up");
                    options.Services.Map("down", check => check.Name == "down");
                })
                .AddCheck("up", () => HealthCheckResult.Healthy())
                .AddCheck("down", () => HealthCheckResult.Unhealthy());
        }
    }
}
