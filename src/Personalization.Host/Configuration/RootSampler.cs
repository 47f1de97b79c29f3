using OpenTelemetry.Trace;
using Personalization.Grains.Operations;

namespace Personalization.Host.Configuration;

/// <summary>
/// Which traces are begun: a share of the calls that come in and of the engine's own batches. A grain call that is part of
/// neither (a timer's, one of the many that a batch makes) begins none.
/// </summary>
/// <param name="ratio">The share, [0, 1].</param>
internal sealed class RootSampler(double ratio) : Sampler
{
    /// <summary>What ASP.NET Core calls a request that comes in.</summary>
    public const string Request = "Microsoft.AspNetCore.Hosting.HttpRequestIn";

    private readonly TraceIdRatioBasedSampler _share = new(ratio);

    /// <inheritdoc/>
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        samplingParameters.Name == Request || samplingParameters.Name.StartsWith(EngineTraces.Prefix, StringComparison.Ordinal)
            ? _share.ShouldSample(in samplingParameters)
            : new SamplingResult(SamplingDecision.Drop);
}
