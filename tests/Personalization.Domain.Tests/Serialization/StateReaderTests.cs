using System.Buffers;
using System.Text;
using CsCheck;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Tests.Serialization;

public sealed class StateReaderTests
{
    [Fact]
    public void Text_OfAnyLengthAndScript_IsWhatWasWritten() => Gen.String[Gen.Char['\u0001', '\ud7ff'], 0, 300].Sample(static text =>
    {
        var output = new ArrayBufferWriter<byte>();
        new StateWriter(output).Text(text);
        Assert.Equal(text, new StateReader(output.WrittenSpan).Text(ItemDirectory.Empty));
    });

    [Fact]
    public void Text_OfAnyBytes_IsTheSameWithAndWithoutKnownTexts() => Gen.Byte.Array[0, 200].Sample(static bytes =>
    {
        var output = new ArrayBufferWriter<byte>();
        new StateWriter(output).Bytes(bytes);
        Assert.Equal(Encoding.UTF8.GetString(bytes), new StateReader(output.WrittenSpan).Text(ItemDirectory.Empty));
    });
}
