using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>The stable name of a grain class.</summary>
[Immutable, GenerateSerializer]
public readonly struct GrainType : IEquatable<GrainType>, IComparable<GrainType>
{
    private readonly IdSpan _value;

    /// <summary>From its bytes.</summary>
    public GrainType(IdSpan id) => _value = id;

    /// <summary>From its bytes.</summary>
    public GrainType(byte[] value) => _value = new IdSpan(value);

    /// <summary>True for <c>default</c>.</summary>
    public bool IsDefault => _value.IsDefault;

    /// <summary>Its bytes.</summary>
    public IdSpan Value => _value;

    /// <summary>From its text.</summary>
    public static GrainType Create(string value) => new(IdSpan.Create(value));

    /// <summary>Its bytes.</summary>
    public ReadOnlySpan<byte> AsSpan() => _value.AsSpan();

    /// <summary>A hash that is the same in every process.</summary>
    public uint GetUniformHashCode() => _value.GetUniformHashCode();

    /// <inheritdoc />
    public bool Equals(GrainType obj) => _value.Equals(obj._value);

    /// <inheritdoc />
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is GrainType other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => _value.GetHashCode();

    /// <inheritdoc />
    public int CompareTo(GrainType other) => _value.CompareTo(other._value);

    /// <summary>Same type.</summary>
    public static bool operator ==(GrainType left, GrainType right) => left.Equals(right);

    /// <summary>Different type.</summary>
    public static bool operator !=(GrainType left, GrainType right) => !left.Equals(right);

    /// <inheritdoc />
    public override string ToString() => _value.ToString();
}
