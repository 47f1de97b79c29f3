using Microsoft.Extensions.Options;
using Personalization.Api.Errors;
using Personalization.Grains.Ingestion;

namespace Personalization.Api.Ingestion;

/// <summary>Keeps what comes in from running away from what is folded in: one limit for events and outcomes alike.</summary>
internal sealed class BacklogGate(FoldBacklog backlog, IOptions<ApiOptions> options)
{
    private readonly long _mostBehind = options.Value.MaxEventsBehind;
    private readonly TimeSpan _retryDelay = options.Value.OverloadRetryDelay;

    /// <summary>To be called before anything is appended.</summary>
    /// <exception cref="TooFarBehindException">Too much is not folded in yet: <see cref="ApiOptions.MaxEventsBehind"/>.</exception>
    public void ThrowIfTooFarBehind()
    {
        if (backlog.Behind is var behind && behind > _mostBehind)
        {
            throw new TooFarBehindException(behind, _mostBehind, _retryDelay);
        }
    }
}
