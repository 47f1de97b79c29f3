using Grpc.Core;
using Personalization.Benchmarks.V1;

namespace Personalization.Benchmarks.Floors;

/// <summary>Answers at once.</summary>
internal sealed class BareEchoService : EchoService.EchoServiceBase
{
    public override Task<EchoResponse> Echo(EchoRequest request, ServerCallContext context) =>
        Task.FromResult(new EchoResponse { UserId = request.UserId, Number = request.Number });
}

/// <summary>Asks the user's grain.</summary>
internal sealed class GrainEchoService(IGrainFactory grains) : EchoService.EchoServiceBase
{
    public override async Task<EchoResponse> Echo(EchoRequest request, ServerCallContext context) => new()
    {
        UserId = request.UserId,
        Number = await grains.GetGrain<IEchoGrain>(request.UserId).EchoAsync(request.Number),
    };
}
