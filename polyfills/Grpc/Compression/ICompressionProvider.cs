using System.IO.Compression;

namespace Grpc.Net.Compression;

/// <summary>One compression of messages, known to both sides by its name.</summary>
public interface ICompressionProvider
{
    /// <summary>The name in <c>grpc-encoding</c>.</summary>
    string EncodingName { get; }

    /// <summary>A stream that compresses what is written to it into another, which stays open.</summary>
    Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel);

    /// <summary>A stream that decompresses another.</summary>
    Stream CreateDecompressionStream(Stream stream);
}
