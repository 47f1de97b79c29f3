using Grpc.Core;
using Personalization.Conformance.Grpc.V1;

namespace Personalization.Conformance.Grpc.Hosting;

/// <summary>What the echo service does in a test; by default it echoes.</summary>
public sealed class EchoBehaviour
{
    public UnaryServerMethod<Message, Message> Unary { get; set; } = (request, _) => Task.FromResult(request);

    public ServerStreamingServerMethod<Message, Message> ServerStream { get; set; } = async (request, responses, _) =>
    {
        for (var i = 0; i < request.Number; i++)
        {
            await responses.WriteAsync(new Message { Text = request.Text, Number = i });
        }
    };

    public ClientStreamingServerMethod<Message, Message> ClientStream { get; set; } = async (requests, _) =>
    {
        var sum = new Message();
        await foreach (var request in requests.ReadAllAsync())
        {
            sum.Number += request.Number;
            sum.Text += request.Text;
        }

        return sum;
    };

    public DuplexStreamingServerMethod<Message, Message> Duplex { get; set; } = async (requests, responses, _) =>
    {
        await foreach (var request in requests.ReadAllAsync())
        {
            await responses.WriteAsync(request);
        }
    };
}
