using System.Buffers;
using System.IO.Compression;
using Grpc.Net.Compression;

namespace Grpc.Internal;

/// <summary>The compressions that one side knows, by name.</summary>
internal sealed class MessageCompression
{
    private readonly Dictionary<string, ICompressionProvider> _providers;

    /// <summary>The first provider of a name wins.</summary>
    public MessageCompression(IEnumerable<ICompressionProvider> providers)
    {
        _providers = new Dictionary<string, ICompressionProvider>(StringComparer.Ordinal);
        foreach (var provider in providers)
        {
            _providers.TryAdd(provider.EncodingName, provider);
        }

        AcceptEncoding = string.Join(',', [WireNames.Identity, .. _providers.Keys]);
    }

    /// <summary>What both sides know unless told otherwise.</summary>
    public static IReadOnlyList<ICompressionProvider> DefaultProviders { get; } =
        [new GzipCompressionProvider(CompressionLevel.Fastest), new DeflateCompressionProvider(CompressionLevel.Fastest)];

    /// <summary>The value of <c>grpc-accept-encoding</c>.</summary>
    public string AcceptEncoding { get; }

    /// <summary>The provider of an encoding; none for identity and for one that is not known.</summary>
    public ICompressionProvider? Find(string? encoding) =>
        encoding is not null && _providers.TryGetValue(encoding, out var provider) ? provider : null;

    /// <summary>Decompresses a message into the buffer, and stops where it grows past the limit.</summary>
    public static void Decompress(ICompressionProvider provider, in ReadOnlySequence<byte> compressed, PooledBufferWriter output, int? limit)
    {
        using var stream = provider.CreateDecompressionStream(new SequenceStream(compressed));
        while (true)
        {
            var read = stream.Read(output.GetSpan());
            if (read == 0)
            {
                return;
            }

            output.Advance(read);
            if (output.WrittenCount > limit)
            {
                throw WireErrors.ReceivedTooLarge();
            }
        }
    }

    /// <summary>Compresses a message behind what the buffer already has.</summary>
    public static void Compress(ICompressionProvider provider, CompressionLevel? level, ReadOnlySpan<byte> message, PooledBufferWriter output)
    {
        // The stream writes its last block when it is disposed.
        using var stream = provider.CreateCompressionStream(new BufferWriterStream(output), level);
        stream.Write(message);
    }
}
