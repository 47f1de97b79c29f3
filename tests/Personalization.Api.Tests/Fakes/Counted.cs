using System.Diagnostics.Metrics;

namespace Personalization.Api.Tests.Fakes;

/// <summary>What an instrument counts while this listens; other tests count on it as well.</summary>
internal sealed class Counted : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _sum;

    public Counted(Instrument<long> instrument)
    {
        _listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref _sum, value));
        _listener.EnableMeasurementEvents(instrument);
    }

    public long Sum => Interlocked.Read(ref _sum);

    public void Dispose() => _listener.Dispose();
}
