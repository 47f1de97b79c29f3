using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Personalization.Api.Errors;
using Personalization.Api.Rewards.Evaluation;
using Personalization.Grains;
using Personalization.Grains.Recommendations;

namespace Personalization.Api.Recommendations;

/// <summary>
/// Says how the recommendation policy stands, and takes its model out, in and back; says who decides, and what stands in its shadow.
/// </summary>
internal sealed partial class PolicyService(
    IGrainFactory grains, IOptions<ApiOptions> options, DecisionLogEvaluator evaluator, TimeProvider time)
    : Wire.PolicyService.PolicyServiceBase, IDisposable
{
    /// <summary>The most bytes of a model.</summary>
    internal const int MostBytes = 512 * 1024 * 1024;

    /// <summary>The most bytes of a part.</summary>
    internal const int MostPartBytes = 1024 * 1024;

    private const int SentPartBytes = 256 * 1024;

    // A model is held whole while it is taken in or given out.
    private readonly SemaphoreSlim _oneAtATime = new(1);

    private IPolicyGrain Policy => grains.GetGrain<IPolicyGrain>(WellKnownGrains.Default);

    /// <inheritdoc/>
    public override async Task<Wire.GetPolicyStatusResponse> GetPolicyStatus(Wire.GetPolicyStatusRequest request, ServerCallContext context) =>
        new() { Policy = PolicyMapping.ToWire(await Policy.Report().WaitAsync(context.CancellationToken)) };

    /// <inheritdoc/>
    public override async Task ExportPolicy(
        Wire.ExportPolicyRequest request, IServerStreamWriter<Wire.ExportPolicyResponse> responseStream, ServerCallContext context)
    {
        CheckAllowed();
        await AloneAsync(async () =>
        {
            var file = await Policy.Export().WaitAsync(context.CancellationToken);
            for (var at = 0; at < file.Bytes.Length; at += SentPartBytes)
            {
                var part = file.Bytes.AsMemory(at, Math.Min(SentPartBytes, file.Bytes.Length - at));
                await responseStream.WriteAsync(
                    new Wire.ExportPolicyResponse { Part = UnsafeByteOperations.UnsafeWrap(part) }, context.CancellationToken);
            }

            return true;
        });
    }

    /// <inheritdoc/>
    public override async Task<Wire.ImportPolicyResponse> ImportPolicy(
        IAsyncStreamReader<Wire.ImportPolicyRequest> requestStream, ServerCallContext context)
    {
        CheckAllowed();
        var change = await AloneAsync(async () =>
        {
            var (file, mode) = await GatherAsync(requestStream, context.CancellationToken);
            var imported = mode == Wire.PolicyImportMode.AsPrior ? Policy.ImportAsPrior(file) : Policy.Import(file);
            return await imported.WaitAsync(context.CancellationToken);
        });
        return new Wire.ImportPolicyResponse { Policy = Made(change) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.RollbackPolicyResponse> RollbackPolicy(Wire.RollbackPolicyRequest request, ServerCallContext context)
    {
        CheckAllowed();
        return new Wire.RollbackPolicyResponse { Policy = Made(await Policy.RollBack().WaitAsync(context.CancellationToken)) };
    }

    public void Dispose() => _oneAtATime.Dispose();

    private static async Task<(PolicyFileMessage File, Wire.PolicyImportMode Mode)> GatherAsync(
        IAsyncStreamReader<Wire.ImportPolicyRequest> parts, CancellationToken cancellationToken)
    {
        var gathered = new ArrayBufferWriter<byte>();
        Wire.PolicyImportMode? mode = null;
        while (await parts.MoveNext(cancellationToken))
        {
            mode ??= CheckMode(parts.Current.Mode);
            Gather(parts.Current.Part, gathered);
        }

        return (new PolicyFileMessage(gathered.WrittenSpan.ToArray()), mode ?? Wire.PolicyImportMode.Unspecified);
    }

    private static Wire.PolicyImportMode CheckMode(Wire.PolicyImportMode mode) => Enum.IsDefined(mode)
        ? mode
        : throw RpcErrors.Invalid("mode", $"Is {(int)mode}; allowed: POLICY_IMPORT_MODE_AS_IS, POLICY_IMPORT_MODE_AS_PRIOR, or unset.");

    private static void Gather(ByteString part, ArrayBufferWriter<byte> gathered)
    {
        if (part.Length > MostPartBytes)
        {
            throw RpcErrors.Invalid("part", $"Has {part.Length} bytes; allowed: up to {MostPartBytes}.");
        }

        if (part.Length > MostBytes - gathered.WrittenCount)
        {
            throw RpcErrors.Invalid("part", $"The parts have more than {MostBytes} bytes together, which is the most that is allowed.");
        }

        gathered.Write(part.Span);
    }

    private void CheckAllowed()
    {
        if (!options.Value.AllowModelChanges)
        {
            throw RpcErrors.ToException(RpcErrors.Make(
                StatusCode.PermissionDenied, Reasons.ModelChangesOff, "This server's configuration does not allow changes to its models."));
        }
    }

    private async Task<T> AloneAsync<T>(Func<Task<T>> work)
    {
        if (!await _oneAtATime.WaitAsync(TimeSpan.Zero))
        {
            throw Refusal(Reasons.PolicyState, "The policy is being exported or imported.");
        }

        try
        {
            return await work();
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private static Wire.PolicyStatus Made(PolicyChangeMessage change) => change.Status switch
    {
        PolicyChangeStatus.Done => PolicyMapping.ToWire(change.Policy),
        PolicyChangeStatus.Refused => throw Refusal(Reasons.PolicyRefused, change.Problem),
        _ => throw Refusal(Reasons.PolicyState, change.Problem),
    };

    private static RpcException Refusal(string reason, string problem) =>
        RpcErrors.ToException(RpcErrors.Make(StatusCode.FailedPrecondition, reason, problem));
}
