using System.Buffers;
using CsCheck;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Tests.Serialization;

public sealed class PooledBufferTests
{
    [Fact]
    public void Write_AnyChunks_HoldsWhatAnyOtherBufferHolds()
    {
        Gen.Byte.Array[0, 300].Array[0, 40].Sample(chunks =>
        {
            using var pooled = new PooledBuffer(1);
            var plain = new ArrayBufferWriter<byte>();
            foreach (var chunk in chunks)
            {
                pooled.Write(chunk);
                plain.Write(chunk);
            }

            Assert.True(plain.WrittenSpan.SequenceEqual(pooled.WrittenSpan));
            Assert.True(plain.WrittenSpan.SequenceEqual(pooled.WrittenMemory.Span));
        });
    }

    [Fact]
    public void GetSpan_MoreThanIsLeft_HasRoomAndKeepsWhatIsThere()
    {
        using var buffer = new PooledBuffer(16);
        buffer.Write("before"u8);
        Assert.True(buffer.GetSpan(100_000).Length >= 100_000);
        Assert.True(buffer.GetMemory(200_000).Length >= 200_000);
        Assert.Equal("before"u8, buffer.WrittenSpan);
    }

    [Fact]
    public void Advance_BeyondTheRoom_Throws()
    {
        using var buffer = new PooledBuffer(16);
        var room = buffer.GetSpan().Length;
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(room + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(-1));
    }

    [Fact]
    public void Write_AfterDispose_BeginsAnew()
    {
        var buffer = new PooledBuffer();
        buffer.Write("before"u8);
        buffer.Dispose();
        buffer.Write("after"u8);
        Assert.Equal("after"u8, buffer.WrittenSpan);
        buffer.Dispose();
    }
}
