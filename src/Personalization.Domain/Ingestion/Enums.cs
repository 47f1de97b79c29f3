using System.Runtime.CompilerServices;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Ingestion;

/// <summary>Enums of one byte, strict on both sides: what could not be read back is not written.</summary>
internal static class Enums
{
    public static void Write<TEnum>(StateWriter writer, TEnum value, string field)
        where TEnum : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            throw new ArgumentException($"{field} is {value:D}, which is not a {typeof(TEnum).Name}.", field);
        }

        writer.Byte(Unsafe.BitCast<TEnum, byte>(value));
    }

    public static TEnum Read<TEnum>(ref StateReader reader)
        where TEnum : struct, Enum
    {
        var number = reader.Byte();
        var value = Unsafe.BitCast<byte, TEnum>(number);
        return Enum.IsDefined(value) ? value : throw new FormatException($"{number} is not a {typeof(TEnum).Name}.");
    }
}
