using System.Text;
using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>One thing that the transport knows of a peer.</summary>
public class AuthProperty
{
    private readonly byte[] _value;

    private AuthProperty(string name, byte[] value)
    {
        Name = GrpcPreconditions.CheckNotNull(name);
        _value = GrpcPreconditions.CheckNotNull(value);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its value read as UTF-8.</summary>
    public string Value => Encoding.UTF8.GetString(_value);

    /// <summary>A copy of its value.</summary>
    public byte[] ValueBytes => (byte[])_value.Clone();

    /// <summary>A property; the bytes are copied.</summary>
    public static AuthProperty Create(string name, byte[] valueBytes) => new(name, (byte[])GrpcPreconditions.CheckNotNull(valueBytes).Clone());
}
