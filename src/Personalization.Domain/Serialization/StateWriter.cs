using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Personalization.Domain.Serialization;

/// <summary>
/// Writes the compact binary form in which events and states are stored: little-endian, variable-length integers,
/// length-prefixed UTF-8. Whoever writes a record begins it with a format version and only ever appends fields.
/// </summary>
public readonly ref struct StateWriter(IBufferWriter<byte> output)
{
    private readonly IBufferWriter<byte> _output = output;

    /// <summary>One byte.</summary>
    public void Byte(byte value)
    {
        _output.GetSpan(1)[0] = value;
        _output.Advance(1);
    }

    /// <summary>A truth value as one byte.</summary>
    public void Bool(bool value) => Byte(value ? (byte)1 : (byte)0);

    /// <summary>A non-negative integer in 1 to 10 bytes, seven bits each.</summary>
    public void UInt(ulong value)
    {
        var span = _output.GetSpan(10);
        var n = 0;
        while (value >= 0x80)
        {
            span[n++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[n++] = (byte)value;
        _output.Advance(n);
    }

    /// <summary>A signed integer, zig-zag, so that small magnitudes are short.</summary>
    public void Int(long value) => UInt((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Two bytes.</summary>
    public void Half(Half value)
    {
        BinaryPrimitives.WriteHalfLittleEndian(_output.GetSpan(2), value);
        _output.Advance(2);
    }

    /// <summary>Four bytes.</summary>
    public void Single(float value)
    {
        BinaryPrimitives.WriteSingleLittleEndian(_output.GetSpan(4), value);
        _output.Advance(4);
    }

    /// <summary>Eight bytes.</summary>
    public void Double(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(_output.GetSpan(8), value);
        _output.Advance(8);
    }

    /// <summary>Sixteen bytes.</summary>
    public void Decimal(decimal value)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        var span = _output.GetSpan(16);
        for (var i = 0; i < 4; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(span[(i * 4)..], parts[i]);
        }

        _output.Advance(16);
    }

    /// <summary>A moment, to the tick, in UTC. The offset from UTC is not kept.</summary>
    public void Time(DateTimeOffset value) => Int(value.UtcTicks);

    /// <summary>Text as length and UTF-8.</summary>
    public void Text(string value)
    {
        var size = Encoding.UTF8.GetByteCount(value);
        UInt((ulong)size);
        Encoding.UTF8.GetBytes(value, _output.GetSpan(size));
        _output.Advance(size);
    }

    /// <summary>Bytes with their length.</summary>
    public void Bytes(ReadOnlySpan<byte> value)
    {
        UInt((ulong)value.Length);
        _output.Write(value);
    }

    /// <summary>Bytes whose number the reader knows.</summary>
    public void Raw(ReadOnlySpan<byte> value) => _output.Write(value);

    /// <summary>Double-precision numbers with their count.</summary>
    public void Doubles(ReadOnlySpan<double> values)
    {
        UInt((ulong)values.Length);
        foreach (var value in values)
        {
            Double(value);
        }
    }

    /// <summary>Single-precision numbers with their count.</summary>
    public void Singles(ReadOnlySpan<float> values)
    {
        UInt((ulong)values.Length);
        if (BitConverter.IsLittleEndian)
        {
            _output.Write(MemoryMarshal.AsBytes(values));
            return;
        }

        foreach (var value in values)
        {
            Single(value);
        }
    }
}
