using Grpc.Core;
using Personalization.Conformance.Grpc.V1;

namespace Personalization.Conformance.Grpc.Hosting;

/// <summary>The echo service as a test programs it.</summary>
public sealed class EchoService(EchoBehaviour behaviour) : Echo.EchoBase
{
    [Marker("method")]
    public override Task<Message> Unary(Message request, ServerCallContext context) => behaviour.Unary(request, context);

    public override Task ServerStream(Message request, IServerStreamWriter<Message> responseStream, ServerCallContext context) =>
        behaviour.ServerStream(request, responseStream, context);

    public override Task<Message> ClientStream(IAsyncStreamReader<Message> requestStream, ServerCallContext context) =>
        behaviour.ClientStream(requestStream, context);

    public override Task Duplex(
        IAsyncStreamReader<Message> requestStream, IServerStreamWriter<Message> responseStream, ServerCallContext context) =>
        behaviour.Duplex(requestStream, responseStream, context);
}

/// <summary>Shows up on the endpoints of what it is on.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class MarkerAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
