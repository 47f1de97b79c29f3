namespace Grpc.Core;

/// <summary>TLS. A channel over HttpClient takes certificates from its handler and refuses any that are given here.</summary>
public sealed class SslCredentials : ChannelCredentials
{
    /// <summary>With the system's roots.</summary>
    public SslCredentials() : this(null, null, null)
    {
    }

    /// <summary>With roots in PEM.</summary>
    public SslCredentials(string rootCertificates) : this(rootCertificates, null, null)
    {
    }

    /// <summary>With roots in PEM and a client certificate.</summary>
    public SslCredentials(string rootCertificates, KeyCertificatePair keyCertificatePair) : this(rootCertificates, keyCertificatePair, null)
    {
    }

    /// <summary>With roots in PEM, a client certificate and a check of the server's.</summary>
    public SslCredentials(string? rootCertificates, KeyCertificatePair? keyCertificatePair, VerifyPeerCallback? verifyPeerCallback)
    {
        RootCertificates = rootCertificates;
        KeyCertificatePair = keyCertificatePair;
        VerifyPeer = verifyPeerCallback;
    }

    /// <summary>Roots in PEM.</summary>
    public string? RootCertificates { get; }

    /// <summary>The client's certificate.</summary>
    public KeyCertificatePair? KeyCertificatePair { get; }

    private VerifyPeerCallback? VerifyPeer { get; }

    /// <inheritdoc />
    public override void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object state) =>
        configurator.SetSslCredentials(state, RootCertificates, KeyCertificatePair, VerifyPeer);
}
