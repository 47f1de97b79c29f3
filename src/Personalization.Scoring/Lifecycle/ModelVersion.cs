using Personalization.Domain.Ingestion;
using Personalization.Scoring.Serving;

namespace Personalization.Scoring.Lifecycle;

/// <summary>One loaded version of a model. Whoever asks it holds a lease on it, and it goes when the last lease is given back.</summary>
internal sealed class ModelVersion<TQuestion, TAnswer>(
    LoadedModel<TQuestion, TAnswer> model, IServedModel<TQuestion, TAnswer> served, DateTimeOffset loadedAt, IDisposable? meter)
{
    private AgreementCounter? _agreement;

    /// <summary><c>name@version+hash</c>.</summary>
    public string Name => model.Version;

    /// <summary>On what it runs.</summary>
    public string Device => model.Device;

    /// <summary>When it was loaded.</summary>
    public DateTimeOffset LoadedAt => loadedAt;

    /// <summary>What answers its users' questions.</summary>
    public IServedModel<TQuestion, TAnswer> Served => served;

    /// <summary>Who uses it.</summary>
    public LeaseCount Leases { get; } = new();

    /// <summary>Draws the users of its canary: others than those of any other version's.</summary>
    public ulong Salt { get; } = StableHash.Of(model.Version);

    /// <summary>How it compared while it was last a shadow; null when it never was one.</summary>
    public AgreementCounter? Agreement
    {
        get => Volatile.Read(ref _agreement);
        set => Volatile.Write(ref _agreement, value);
    }

    /// <summary>Serves it once more, apart from its users.</summary>
    public IServedModel<TQuestion, TAnswer> ServeApart(ServingSetup setup) => model.Serve(setup);

    /// <summary>Waits until nobody uses it any more, then lets it go.</summary>
    public async Task DrainAsync()
    {
        await Leases.CloseAsync().ConfigureAwait(false);
        await ReleaseAsync().ConfigureAwait(false);
    }

    /// <summary>Lets go of a version that nobody uses.</summary>
    public async Task ReleaseAsync()
    {
        meter?.Dispose();
        await served.DisposeAsync().ConfigureAwait(false);
        model.Session.Dispose();
    }
}
