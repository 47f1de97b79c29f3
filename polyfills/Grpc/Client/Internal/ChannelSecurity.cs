using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>Finds out from address and credentials whether a channel is secure and which credentials its calls carry.</summary>
internal sealed class ChannelSecurity : ChannelCredentialsConfiguratorBase
{
    private bool _isSecure;
    private CallCredentials? _callCredentials;

    public static (bool IsSecure, CallCredentials? CallCredentials) Resolve(Uri address, ChannelCredentials? credentials)
    {
        var schemeIsSecure = address.Scheme switch
        {
            "http" => false,
            "https" => true,
            _ => throw new InvalidOperationException(
                $"Unable to determine the TLS configuration of the channel from address '{address}': the scheme must be http or https."),
        };
        if (credentials is null)
        {
            return (schemeIsSecure, null);
        }

        var security = new ChannelSecurity();
        credentials.InternalPopulateConfiguration(security, credentials);
        if (security._isSecure != schemeIsSecure)
        {
            throw new InvalidOperationException(
                $"Channel is configured with {(security._isSecure ? "secure" : "insecure")} channel credentials and can't use "
                + $"an address with a '{address.Scheme}' scheme.");
        }

        return (security._isSecure, security._callCredentials);
    }

    public override void SetInsecureCredentials(object state) => _isSecure = false;

    public override void SetSslCredentials(
        object state, string? rootCertificates, KeyCertificatePair? keyCertificatePair, VerifyPeerCallback? verifyPeerCallback)
    {
        if (!string.IsNullOrEmpty(rootCertificates) || keyCertificatePair is not null || verifyPeerCallback is not null)
        {
            throw new InvalidOperationException(
                $"{nameof(SslCredentials)} with non-null arguments is not supported by {nameof(GrpcChannel)}: "
                + "certificates are configured on the HTTP handler.");
        }

        _isSecure = true;
    }

    public override void SetCompositeCredentials(object state, ChannelCredentials channelCredentials, CallCredentials callCredentials)
    {
        channelCredentials.InternalPopulateConfiguration(this, state);
        if (!_isSecure)
        {
            throw new InvalidOperationException(
                $"CallCredentials can't be composed with {channelCredentials.GetType().Name}: they would travel in the clear.");
        }

        _callCredentials = _callCredentials is null ? callCredentials : CallCredentials.Compose(_callCredentials, callCredentials);
    }
}
