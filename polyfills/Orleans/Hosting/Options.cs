using System.Diagnostics;
using System.Net;

namespace Orleans.Configuration;

/// <summary>Which cluster, and which service.</summary>
public class ClusterOptions
{
    /// <summary>The default cluster.</summary>
    public const string DefaultClusterId = "default";

    /// <summary>The default service.</summary>
    public const string DefaultServiceId = "default";

    /// <summary>The cluster: silos of one form it together.</summary>
    public string ClusterId { get; set; } = DefaultClusterId;

    /// <summary>The service: outlives clusters.</summary>
    public string ServiceId { get; set; } = DefaultServiceId;
}

/// <summary>A silo's name.</summary>
public class SiloOptions
{
    /// <summary>The name; by itself <c>Silo_</c> and a number.</summary>
    public string SiloName { get; set; } = null!;
}

/// <summary>Where a silo listens; here it does so by name only.</summary>
public class EndpointOptions
{
    /// <summary>The default port for silos.</summary>
    public const int DEFAULT_SILO_PORT = 11111;

    /// <summary>The default port for clients.</summary>
    public const int DEFAULT_GATEWAY_PORT = 30000;

    /// <summary>The address.</summary>
    public IPAddress AdvertisedIPAddress { get; set; } = null!;

    /// <summary>The port for silos.</summary>
    public int SiloPort { get; set; } = DEFAULT_SILO_PORT;

    /// <summary>The port for clients; 0 for none.</summary>
    public int GatewayPort { get; set; } = DEFAULT_GATEWAY_PORT;
}

/// <summary>How calls are treated.</summary>
public abstract class MessagingOptions
{
    private TimeSpan _responseTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How long callers wait.</summary>
    public TimeSpan ResponseTimeout
    {
        get => Debugger.IsAttached ? ResponseTimeoutWithDebugger : _responseTimeout;
        set => _responseTimeout = value;
    }

    /// <summary>How long callers wait under a debugger.</summary>
    public TimeSpan ResponseTimeoutWithDebugger { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Whether requests whose callers gave up are dropped; always so here.</summary>
    public bool DropExpiredMessages { get; set; } = true;

    /// <summary>Whether a callee's token is cancelled when its caller gives up.</summary>
    public bool CancelRequestOnTimeout { get; set; }

    /// <summary>Whether a cancelled caller waits for its callee's answer.</summary>
    public bool WaitForCancellationAcknowledgement { get; set; }
}

/// <summary>How a client's calls are treated.</summary>
public class ClientMessagingOptions : MessagingOptions;

/// <summary>How a silo's calls are treated.</summary>
public class SiloMessagingOptions : MessagingOptions
{
    /// <summary>How often a call is sent on because its target has ended.</summary>
    public int MaxForwardCount { get; set; } = 2;

    /// <summary>How many requests may wait at an activation; 0 for no limit.</summary>
    public int MaxEnqueuedRequestsHardLimit { get; set; }

    /// <summary>How many requests may wait at a stateless worker; 0 for no limit.</summary>
    public int MaxEnqueuedRequestsHardLimit_StatelessWorker { get; set; }
}

/// <summary>When idle activations end.</summary>
public class GrainCollectionOptions
{
    /// <summary>The default of <see cref="CollectionQuantum"/>.</summary>
    public static readonly TimeSpan DEFAULT_COLLECTION_QUANTUM = TimeSpan.FromMinutes(1);

    /// <summary>The default of <see cref="ActivationTimeout"/>.</summary>
    public static readonly TimeSpan DEFAULT_ACTIVATION_TIMEOUT = TimeSpan.FromSeconds(30);

    /// <summary>The default of <see cref="DeactivationTimeout"/>.</summary>
    public static readonly TimeSpan DEFAULT_DEACTIVATION_TIMEOUT = TimeSpan.FromSeconds(30);

    /// <summary>How often idle activations are looked for.</summary>
    public TimeSpan CollectionQuantum { get; set; } = DEFAULT_COLLECTION_QUANTUM;

    /// <summary>How long an activation may be idle.</summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long activations of some classes may be idle, by their full name.</summary>
    public Dictionary<string, TimeSpan> ClassSpecificCollectionAge { get; set; } = [];

    /// <summary>How long an activation may take to begin.</summary>
    public TimeSpan ActivationTimeout { get; set; } = DEFAULT_ACTIVATION_TIMEOUT;

    /// <summary>How long an activation may take to end.</summary>
    public TimeSpan DeactivationTimeout { get; set; } = DEFAULT_DEACTIVATION_TIMEOUT;
}

/// <summary>How activations take turns.</summary>
public class SchedulingOptions
{
    /// <summary>The default of <see cref="ActivationSchedulingQuantum"/>.</summary>
    public static readonly TimeSpan DEFAULT_ACTIVATION_SCHEDULING_QUANTUM = TimeSpan.FromMilliseconds(100);

    /// <summary>How long an activation keeps a thread while it has more to do.</summary>
    public TimeSpan ActivationSchedulingQuantum { get; set; } = DEFAULT_ACTIVATION_SCHEDULING_QUANTUM;
}

/// <summary>How silos watch over one another; here they need not.</summary>
public class ClusterMembershipOptions
{
    /// <summary>How many probes may be missed.</summary>
    public int NumMissedProbesLimit { get; set; } = 3;

    /// <summary>How long a probe may take.</summary>
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the table of silos is read.</summary>
    public TimeSpan TableRefreshTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How many votes make a silo dead.</summary>
    public int NumVotesForDeathDeclaration { get; set; } = 2;

    /// <summary>How many silos each one watches.</summary>
    public int NumProbedSilos { get; set; } = 10;

    /// <summary>Whether silos may be voted dead.</summary>
    public bool LivenessEnabled { get; set; } = true;
}

/// <summary>The first silo of a cluster for development.</summary>
public class DevelopmentClusterMembershipOptions
{
    /// <summary>Where the first silo listens; null for this one.</summary>
    public IPEndPoint? PrimarySiloEndpoint { get; set; }
}
