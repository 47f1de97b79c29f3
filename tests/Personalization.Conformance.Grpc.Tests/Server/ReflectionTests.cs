using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Personalization.Conformance.Grpc.Hosting;
using Personalization.Conformance.Grpc.V1;
using Alpha = Grpc.Reflection.V1Alpha;

namespace Personalization.Conformance.Grpc.Server;

public sealed class ReflectionTests
{
    [Fact]
    public async Task ListServices_OfAServer_NamesThemAll()
    {
        await using var server = await StartAsync();

        var reply = await AskAsync(server, new ServerReflectionRequest { ListServices = "" });

        var names = reply.ListServicesResponse.Service.Select(service => service.Name).ToList();
        Assert.Contains("conformance.v1.Echo", names);
        Assert.Contains("grpc.reflection.v1.ServerReflection", names);
        Assert.Contains("grpc.reflection.v1alpha.ServerReflection", names);
    }

    [Theory]
    [InlineData("conformance.v1.Echo")]
    [InlineData("conformance.v1.Echo.Unary")]
    [InlineData("conformance.v1.Message")]
    public async Task FileContainingSymbol_OfTheServer_IsItsFile(string symbol)
    {
        await using var server = await StartAsync();

        var reply = await AskAsync(server, new ServerReflectionRequest { FileContainingSymbol = symbol });

        var file = FileDescriptorProto.Parser.ParseFrom(reply.FileDescriptorResponse.FileDescriptorProto[0]);
        Assert.Equal("conformance.v1", file.Package);
        Assert.Contains(file.Service, service => service.Name == "Echo");
    }

    [Fact]
    public async Task FileByFilename_OfTheServer_IsThatFile()
    {
        await using var server = await StartAsync();

        var reply = await AskAsync(server, new ServerReflectionRequest { FileByFilename = "conformance.proto" });

        Assert.Equal(
            ConformanceReflection.Descriptor.SerializedData, Assert.Single(reply.FileDescriptorResponse.FileDescriptorProto));
    }

    [Fact]
    public async Task FileByFilename_OfNothing_IsNotFound()
    {
        await using var server = await StartAsync();

        var reply = await AskAsync(server, new ServerReflectionRequest { FileByFilename = "nothing.proto" });

        Assert.Equal((int)StatusCode.NotFound, reply.ErrorResponse.ErrorCode);
    }

    [Fact]
    public async Task Extensions_AskedFor_AreAnsweredWithAnError()
    {
        await using var server = await StartAsync();

        var numbers = await AskAsync(server, new ServerReflectionRequest { AllExtensionNumbersOfType = "conformance.v1.Message" });
        var file = await AskAsync(server, new ServerReflectionRequest
        {
            FileContainingExtension = new ExtensionRequest { ContainingType = "conformance.v1.Message", ExtensionNumber = 100 },
        });

        Assert.Equal((int)StatusCode.Unimplemented, numbers.ErrorResponse.ErrorCode);
        Assert.Equal((int)StatusCode.Unimplemented, file.ErrorResponse.ErrorCode);
    }

    [Fact]
    public async Task V1Alpha_Many_AreAnsweredInOrder()
    {
        await using var server = await StartAsync();
        using var call = new Alpha.ServerReflection.ServerReflectionClient(server.Channel).ServerReflectionInfo();

        await call.RequestStream.WriteAsync(new Alpha.ServerReflectionRequest { ListServices = "" });
        await call.RequestStream.WriteAsync(new Alpha.ServerReflectionRequest { FileContainingSymbol = "conformance.v1.Echo" });
        await call.RequestStream.WriteAsync(new Alpha.ServerReflectionRequest { FileContainingSymbol = "no.such.Symbol" });
        await call.RequestStream.CompleteAsync();
        var replies = await call.ResponseStream.ReadAllAsync().ToListAsync();

        Assert.Equal(
            [
                Alpha.ServerReflectionResponse.MessageResponseOneofCase.ListServicesResponse,
                Alpha.ServerReflectionResponse.MessageResponseOneofCase.FileDescriptorResponse,
                Alpha.ServerReflectionResponse.MessageResponseOneofCase.ErrorResponse,
            ],
            replies.Select(reply => reply.MessageResponseCase));
    }

    [Fact]
    public async Task Map_WithoutAddGrpcReflection_SaysWhatIsMissing()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await using var server = await EchoServer.StartAsync(map: app => app.MapGrpcReflectionService());
        });

        Assert.Contains("AddGrpcReflection", error.Message);
    }

    private static Task<EchoServer> StartAsync() => EchoServer.StartAsync(
        services: services => services.AddGrpcReflection(),
        map: app =>
        {
            app.MapGrpcService<EchoService>();
            app.MapGrpcReflectionService();
        });

    private static async Task<ServerReflectionResponse> AskAsync(EchoServer server, ServerReflectionRequest request)
    {
        using var call = new ServerReflection.ServerReflectionClient(server.Channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(request);
        await call.RequestStream.CompleteAsync();
        return Assert.Single(await call.ResponseStream.ReadAllAsync().ToListAsync());
    }
}
