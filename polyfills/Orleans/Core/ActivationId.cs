using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>Identifies one activation of a grain.</summary>
[Immutable, GenerateSerializer]
public readonly struct ActivationId : IEquatable<ActivationId>
{
    private readonly Guid _key;

    /// <summary>From its value.</summary>
    public ActivationId(Guid key) => _key = key;

    /// <summary>True for <c>default</c>.</summary>
    public bool IsDefault => _key == Guid.Empty;

    /// <summary>A fresh id.</summary>
    public static ActivationId NewId() => new(Guid.NewGuid());

    /// <inheritdoc />
    public bool Equals(ActivationId other) => _key == other._key;

    /// <inheritdoc />
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is ActivationId other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => _key.GetHashCode();

    /// <summary>Same activation.</summary>
    public static bool operator ==(ActivationId left, ActivationId right) => left.Equals(right);

    /// <summary>Different activation.</summary>
    public static bool operator !=(ActivationId left, ActivationId right) => !left.Equals(right);

    /// <summary>The form for logs and keys.</summary>
    public string ToParsableString() => ToString();

    /// <inheritdoc />
    public override string ToString() => IsDefault ? "" : "@" + _key.ToString("N");
}
