namespace Personalization.Domain.Serialization;

/// <summary>What a reader of stored state insists on, so that damaged bytes end as a <see cref="FormatException"/> and not as a strange number.</summary>
public static class StateCheck
{
    /// <summary>Insists that something holds.</summary>
    /// <param name="holds">Whether it does.</param>
    /// <param name="what">Named in the refusal.</param>
    /// <exception cref="FormatException">It does not.</exception>
    public static void That(bool holds, string what)
    {
        if (!holds)
        {
            throw new FormatException($"The state is damaged: {what} is out of range.");
        }
    }

    /// <summary>Insists on a finite number.</summary>
    public static double Finite(double value, string what)
    {
        That(double.IsFinite(value), what);
        return value;
    }

    /// <summary>Insists on a finite number that is not negative.</summary>
    public static double NotNegative(double value, string what)
    {
        That(value >= 0 && double.IsFinite(value), what);
        return value;
    }

    /// <summary>Insists on the newest format version there is, or an earlier one, from 1.</summary>
    /// <param name="reader">Stands at the version.</param>
    /// <param name="newest">The version that is written now.</param>
    /// <param name="name">What is read, as it follows an "A".</param>
    /// <exception cref="FormatException">It was written by a version of the engine to come, or is damaged.</exception>
    /// <returns>The version.</returns>
    public static byte Version(ref StateReader reader, byte newest, string name)
    {
        var version = reader.Byte();
        return version >= 1 && version <= newest
            ? version
            : throw new FormatException($"A {name} of format version {version} cannot be read: expected 1 to {newest}.");
    }

    /// <summary>Insists that everything was read.</summary>
    public static void AtEnd(ref StateReader reader, string name)
    {
        if (!reader.AtEnd)
        {
            throw new FormatException($"There are bytes after the end of the {name}.");
        }
    }

    /// <summary>A moment as ticks, or <see cref="long.MinValue"/> for none.</summary>
    public static long Ticks(ref StateReader reader)
    {
        var ticks = reader.Int();
        That(ticks == long.MinValue || (ticks >= DateTimeOffset.MinValue.Ticks && ticks <= DateTimeOffset.MaxValue.Ticks), "a moment");
        return ticks;
    }
}
