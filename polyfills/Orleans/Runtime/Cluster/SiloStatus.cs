namespace Orleans.Runtime;

/// <summary>Where a silo is in its life.</summary>
[GenerateSerializer]
public enum SiloStatus
{
    /// <summary>Not known.</summary>
    None = 0,

    /// <summary>Made.</summary>
    Created = 1,

    /// <summary>About to be active.</summary>
    Joining = 2,

    /// <summary>Takes calls.</summary>
    Active = 3,

    /// <summary>Stops in good order.</summary>
    ShuttingDown = 4,

    /// <summary>Stops.</summary>
    Stopping = 5,

    /// <summary>Gone.</summary>
    Dead = 6,
}

/// <summary>Who a silo is.</summary>
public interface ILocalSiloDetails
{
    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>Its cluster.</summary>
    string ClusterId { get; }

    /// <summary>Its machine's name.</summary>
    string DnsHostName { get; }

    /// <summary>Its address.</summary>
    SiloAddress SiloAddress { get; }

    /// <summary>The address that clients use.</summary>
    SiloAddress GatewayAddress { get; }
}

/// <summary>Learns of silos that come and go.</summary>
public interface ISiloStatusListener
{
    /// <summary>A silo's status has changed.</summary>
    void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status);
}

/// <summary>Knows the silos of the cluster.</summary>
public interface ISiloStatusOracle
{
    /// <summary>This silo's status.</summary>
    SiloStatus CurrentStatus { get; }

    /// <summary>This silo's name.</summary>
    string SiloName { get; }

    /// <summary>This silo.</summary>
    SiloAddress SiloAddress { get; }

    /// <summary>A silo's status.</summary>
    SiloStatus GetApproximateSiloStatus(SiloAddress siloAddress);

    /// <summary>All silos' statuses.</summary>
    Dictionary<SiloAddress, SiloStatus> GetApproximateSiloStatuses(bool onlyActive = false);

    /// <summary>Whether a silo is gone.</summary>
    bool IsDeadSilo(SiloAddress silo);

    /// <summary>Learns of changes.</summary>
    bool SubscribeToSiloStatusEvents(ISiloStatusListener observer);

    /// <summary>No longer learns of changes.</summary>
    bool UnSubscribeFromSiloStatusEvents(ISiloStatusListener observer);
}

internal sealed class SiloStatusOracle : ISiloStatusOracle
{
    private readonly Silo _silo;
    private readonly HashSet<ISiloStatusListener> _listeners = [];

    public SiloStatusOracle(Silo silo)
    {
        _silo = silo;
        silo.Cluster.Changed += Notify;
    }

    public SiloStatus CurrentStatus => _silo.Status;

    public string SiloName => _silo.Name;

    public SiloAddress SiloAddress => _silo.Address;

    public SiloStatus GetApproximateSiloStatus(SiloAddress siloAddress) => _silo.Cluster.Statuses.GetValueOrDefault(siloAddress);

    public Dictionary<SiloAddress, SiloStatus> GetApproximateSiloStatuses(bool onlyActive = false) =>
        _silo.Cluster.Statuses.Where(s => !onlyActive || s.Value == SiloStatus.Active).ToDictionary();

    public bool IsDeadSilo(SiloAddress silo) => GetApproximateSiloStatus(silo) == SiloStatus.Dead;

    public bool SubscribeToSiloStatusEvents(ISiloStatusListener observer)
    {
        lock (_listeners)
        {
            return _listeners.Add(observer);
        }
    }

    public bool UnSubscribeFromSiloStatusEvents(ISiloStatusListener observer)
    {
        lock (_listeners)
        {
            return _listeners.Remove(observer);
        }
    }

    private void Notify(Silo silo, SiloStatus status)
    {
        ISiloStatusListener[] listeners;
        lock (_listeners)
        {
            listeners = [.. _listeners];
        }

        foreach (var listener in listeners)
        {
            listener.SiloStatusChangeNotification(silo.Address, status);
        }
    }
}
