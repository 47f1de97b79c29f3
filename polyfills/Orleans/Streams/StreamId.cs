using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Orleans.Runtime;

/// <summary>The identity of a stream: a namespace, and a key within it.</summary>
[Immutable, GenerateSerializer]
public readonly struct StreamId : IEquatable<StreamId>, IComparable<StreamId>
{
    private readonly IdSpan _full;
    private readonly int _namespaceLength;

    private StreamId(ReadOnlySpan<byte> ns, ReadOnlySpan<byte> key)
    {
        _full = new IdSpan([.. ns, .. key]);
        _namespaceLength = ns.Length;
    }

    /// <summary>Namespace and key in one.</summary>
    public ReadOnlyMemory<byte> FullKey => _full.Value;

    /// <summary>The namespace.</summary>
    public ReadOnlyMemory<byte> Namespace => _full.Value[.._namespaceLength];

    /// <summary>The key.</summary>
    public ReadOnlyMemory<byte> Key => _full.Value[_namespaceLength..];

    /// <summary>From its parts.</summary>
    public static StreamId Create(ReadOnlySpan<byte> ns, ReadOnlySpan<byte> key) =>
        key.IsEmpty ? throw new ArgumentNullException(nameof(key)) : new(ns, key);

    /// <summary>From its parts.</summary>
    public static StreamId Create(string? ns, Guid key) => Create(Bytes(ns), Bytes(key.ToString("N")));

    /// <summary>From its parts.</summary>
    public static StreamId Create(string? ns, long key) => Create(Bytes(ns), Bytes(key.ToString("X", System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>From its parts.</summary>
    public static StreamId Create(string? ns, string key) => Create(Bytes(ns), Bytes(key));

    /// <summary>The namespace, or null when there is none.</summary>
    public string? GetNamespace() => _namespaceLength == 0 ? null : Encoding.UTF8.GetString(Namespace.Span);

    /// <summary>The key.</summary>
    public string GetKeyAsString() => Encoding.UTF8.GetString(Key.Span);

    /// <inheritdoc />
    public bool Equals(StreamId other) => _namespaceLength == other._namespaceLength && _full.Equals(other._full);

    /// <inheritdoc />
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is StreamId other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => _full.GetHashCode();

    /// <inheritdoc />
    public int CompareTo(StreamId other) => _full.CompareTo(other._full);

    /// <summary>Same stream.</summary>
    public static bool operator ==(StreamId s1, StreamId s2) => s1.Equals(s2);

    /// <summary>Different stream.</summary>
    public static bool operator !=(StreamId s1, StreamId s2) => !s1.Equals(s2);

    /// <inheritdoc />
    public override string ToString() => $"{GetNamespace() ?? "null"}/{GetKeyAsString()}";

    private static byte[] Bytes(string? text) => text is null ? [] : Encoding.UTF8.GetBytes(text);
}
