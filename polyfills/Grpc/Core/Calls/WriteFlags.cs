namespace Grpc.Core;

/// <summary>How a message is written.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>More follows: the message may wait in a buffer.</summary>
    BufferHint = 1,

    /// <summary>The message goes uncompressed even where compression is on.</summary>
    NoCompress = 2,
}
