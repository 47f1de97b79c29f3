using Grpc.Internal;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Defaults of the options of all services.</summary>
internal sealed class OptionsSetup : IConfigureOptions<GrpcServiceOptions>
{
    public void Configure(GrpcServiceOptions options)
    {
        options.DefaultMaxReceiveMessageSize(MethodOptions.DefaultMaxReceiveMessageSize);
        if (options.CompressionProviders.Count > 0)
        {
            return;
        }

        foreach (var provider in MessageCompression.DefaultProviders)
        {
            options.CompressionProviders.Add(provider);
        }
    }
}

/// <summary>Starts the options of one service from those of all services.</summary>
internal sealed class OptionsSetup<TService>(IOptions<GrpcServiceOptions> all) : IConfigureOptions<GrpcServiceOptions<TService>>
    where TService : class
{
    public void Configure(GrpcServiceOptions<TService> options)
    {
        var source = all.Value;
        options.CopyLimits(source);
        options.EnableDetailedErrors = source.EnableDetailedErrors;
        options.ResponseCompressionAlgorithm = source.ResponseCompressionAlgorithm;
        options.ResponseCompressionLevel = source.ResponseCompressionLevel;
        options.CompressionProviders = source.CompressionProviders;
        options.IgnoreUnknownServices = source.IgnoreUnknownServices;
    }
}
