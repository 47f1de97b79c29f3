using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>What the transport knows of a peer.</summary>
public class AuthContext
{
    private readonly string? _identityName;
    private readonly Dictionary<string, List<AuthProperty>> _properties;

    /// <summary>With the name of the property that identifies the peer, if one does.</summary>
    public AuthContext(string? peerIdentityPropertyName, Dictionary<string, List<AuthProperty>> properties)
    {
        _identityName = peerIdentityPropertyName;
        _properties = GrpcPreconditions.CheckNotNull(properties);
    }

    /// <summary>Whether the peer has proved who it is.</summary>
    public bool IsPeerAuthenticated => _identityName is not null;

    /// <summary>The name of the property that identifies the peer.</summary>
    public string? PeerIdentityPropertyName => _identityName;

    /// <summary>The properties that identify the peer.</summary>
    public IEnumerable<AuthProperty> PeerIdentity => _identityName is null ? [] : _properties[_identityName];

    /// <summary>All properties.</summary>
    public IEnumerable<AuthProperty> Properties => _properties.Values.SelectMany(values => values);

    /// <summary>The properties of a name; none if there are none.</summary>
    public IEnumerable<AuthProperty> FindPropertiesByName(string propertyName) =>
        _properties.TryGetValue(propertyName, out var values) ? values : [];
}
