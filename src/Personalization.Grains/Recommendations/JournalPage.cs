using System.Buffers;
using Personalization.Domain.Serialization;

namespace Personalization.Grains.Recommendations;

/// <summary>A page of a <see cref="StateJournal"/>.</summary>
/// <param name="Body">What was taken in, as the owner of the state wrote it.</param>
public sealed record JournalPage(ReadOnlyMemory<byte> Body)
{
    /// <summary>A page without anything.</summary>
    public JournalPage()
        : this(ReadOnlyMemory<byte>.Empty)
    {
    }
}

/// <summary>How pages are stored.</summary>
public sealed class JournalPageCodec : IStateCodec<JournalPage>
{
    private const byte Format = 1;

    /// <inheritdoc/>
    public string Name => "journal-page";

    /// <inheritdoc/>
    public void Write(JournalPage state, IBufferWriter<byte> output)
    {
        var writer = new StateWriter(output);
        writer.Byte(Format);
        writer.Bytes(state.Body.Span);
    }

    /// <inheritdoc/>
    public JournalPage Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input);
        StateCheck.Version(ref reader, Format, "page of a journal");
        return new JournalPage(reader.Bytes().ToArray());
    }
}
