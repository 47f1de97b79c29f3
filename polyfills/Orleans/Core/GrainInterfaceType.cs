using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>The stable name of a grain interface.</summary>
[Immutable, GenerateSerializer]
public readonly struct GrainInterfaceType : IEquatable<GrainInterfaceType>
{
    private readonly IdSpan _value;

    /// <summary>From its text.</summary>
    public GrainInterfaceType(string value) => _value = IdSpan.Create(value);

    /// <summary>From its bytes.</summary>
    public GrainInterfaceType(IdSpan value) => _value = value;

    /// <summary>True for <c>default</c>.</summary>
    public bool IsDefault => _value.IsDefault;

    /// <summary>Its bytes.</summary>
    public IdSpan Value => _value;

    /// <summary>From its text.</summary>
    public static GrainInterfaceType Create(string value) => new(value);

    /// <inheritdoc />
    public bool Equals(GrainInterfaceType other) => _value.Equals(other._value);

    /// <inheritdoc />
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is GrainInterfaceType other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => _value.GetHashCode();

    /// <summary>Same interface.</summary>
    public static bool operator ==(GrainInterfaceType left, GrainInterfaceType right) => left.Equals(right);

    /// <summary>Different interface.</summary>
    public static bool operator !=(GrainInterfaceType left, GrainInterfaceType right) => !left.Equals(right);

    /// <inheritdoc />
    public override string ToString() => _value.ToString();
}
