using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Personalization.Domain.Serialization;

/// <summary>Reads what <see cref="StateWriter"/> wrote. Throws <see cref="FormatException"/> when the bytes are cut short or cannot be.</summary>
public ref struct StateReader(ReadOnlySpan<byte> input)
{
    private const int LongestKnown = 128;

    private ReadOnlySpan<byte> _rest = input;

    /// <summary>True when everything has been read: how a reader tells that a field appended later is missing.</summary>
    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>What has not been read yet; part of the input.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>One byte.</summary>
    public byte Byte() => Take(1)[0];

    /// <summary>A truth value.</summary>
    public bool Bool() => Byte() != 0;

    /// <summary>A non-negative integer.</summary>
    public ulong UInt()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var b = Byte();
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw new FormatException("A variable-length integer is longer than ten bytes.");
    }

    /// <summary>A signed integer.</summary>
    public long Int()
    {
        var value = UInt();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A count of things that follow, each at least <paramref name="minimumSize"/> bytes: guards against absurd counts in damaged bytes.</summary>
    public int Count(int minimumSize = 1)
    {
        var value = UInt();
        if (value > (ulong)(_rest.Length / Math.Max(1, minimumSize)))
        {
            throw new FormatException($"A count of {value} does not fit in the {_rest.Length} bytes that are left.");
        }

        return (int)value;
    }

    /// <summary>A half-precision number.</summary>
    public Half Half() => BinaryPrimitives.ReadHalfLittleEndian(Take(2));

    /// <summary>A single-precision number.</summary>
    public float Single() => BinaryPrimitives.ReadSingleLittleEndian(Take(4));

    /// <summary>A double-precision number.</summary>
    public double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

    /// <summary>Double-precision numbers, as many as there are.</summary>
    public double[] Doubles()
    {
        var values = new double[Count(sizeof(double))];
        foreach (ref var value in values.AsSpan())
        {
            value = Double();
        }

        return values;
    }

    /// <summary>A decimal number.</summary>
    public decimal Decimal()
    {
        var bytes = Take(16);
        Span<int> parts = stackalloc int[4];
        for (var i = 0; i < 4; i++)
        {
            parts[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(i * 4)..]);
        }

        try
        {
            return new decimal(parts);
        }
        catch (ArgumentException e)
        {
            throw new FormatException("Sixteen bytes are not a decimal number.", e);
        }
    }

    /// <summary>A moment, in UTC.</summary>
    public DateTimeOffset Time()
    {
        var ticks = Int();
        return ticks >= DateTimeOffset.MinValue.Ticks && ticks <= DateTimeOffset.MaxValue.Ticks
            ? new DateTimeOffset(ticks, TimeSpan.Zero)
            : throw new FormatException($"{ticks} ticks are not a moment.");
    }

    /// <summary>Text.</summary>
    public string Text() => Encoding.UTF8.GetString(Bytes());

    /// <summary>Text that is likely known, such as an id: the known string where it is.</summary>
    public string Text(IKnownTexts known)
    {
        ArgumentNullException.ThrowIfNull(known);
        var bytes = Bytes();
        if (bytes.Length > LongestKnown)
        {
            return Encoding.UTF8.GetString(bytes);
        }

        // No byte becomes more than one character.
        Span<char> buffer = stackalloc char[LongestKnown];
        var text = buffer[..Encoding.UTF8.GetChars(bytes, buffer)];
        return known.Find(text) ?? new string(text);
    }

    /// <summary>Bytes; the span is part of the input.</summary>
    public ReadOnlySpan<byte> Bytes() => Take(Count());

    /// <summary>Single-precision numbers.</summary>
    public float[] Singles()
    {
        var values = new float[Count(sizeof(float))];
        Fill(values);
        return values;
    }

    /// <summary>Single-precision numbers, of which there must be as many as there is room.</summary>
    public void Singles(scoped Span<float> values)
    {
        if (Count(sizeof(float)) is var count && count != values.Length)
        {
            throw new FormatException($"{values.Length} numbers were expected and there are {count}.");
        }

        Fill(values);
    }

    private void Fill(scoped Span<float> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            Take(values.Length * sizeof(float)).CopyTo(MemoryMarshal.AsBytes(values));
            return;
        }

        foreach (ref var value in values)
        {
            value = Single();
        }
    }

    private ReadOnlySpan<byte> Take(int size)
    {
        if (_rest.Length < size)
        {
            throw new FormatException($"{size} bytes were expected and {_rest.Length} are left.");
        }

        var taken = _rest[..size];
        _rest = _rest[size..];
        return taken;
    }
}
