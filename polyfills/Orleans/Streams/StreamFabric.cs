using System.Collections.Concurrent;
using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>The queues of a cluster's memory streams.</summary>
internal sealed class StreamFabric
{
    private readonly ConcurrentDictionary<string, StreamQueues> _queues = new();

    public StreamFabric(Cluster cluster) => cluster.Changed += (silo, status) =>
    {
        if (status == SiloStatus.Dead)
        {
            // Memory streams keep their messages in some silo's memory, and lose them with it.
            foreach (var queues in _queues.Values)
            {
                queues.Lose(silo);
            }
        }
    };

    public StreamQueues QueuesOf(string provider, int count) => _queues.GetOrAdd(provider, static (_, n) => new StreamQueues(n), count);
}

/// <summary>The queues of one provider; a stream always goes to the same one.</summary>
internal sealed class StreamQueues(int count)
{
    private readonly StreamQueue[] _queues = [.. Enumerable.Range(0, count).Select(_ => new StreamQueue())];

    public void Add(StreamMessage message) => _queues[(uint)message.Stream.GetHashCode() % (uint)_queues.Length].Add(message);

    public void Lose(Silo silo)
    {
        foreach (var queue in _queues)
        {
            queue.LoseIfOwnedBy(silo);
        }
    }

    /// <summary>The queues that a silo pulls from: every silo has its share.</summary>
    public IEnumerable<StreamQueue> OwnedBy(Silo silo)
    {
        var silos = silo.Cluster.ActiveSilos;
        for (var i = 0; i < _queues.Length; i++)
        {
            if (!silos.IsEmpty && ReferenceEquals(silos[i % silos.Length], silo))
            {
                _queues[i].Owner = silo;
                yield return _queues[i];
            }
        }
    }
}

/// <summary>Messages in order.</summary>
internal sealed class StreamQueue
{
    private List<StreamMessage> _messages = [];
    private long _next = 1;

    /// <summary>Whose memory it is in.</summary>
    public Silo? Owner { get; set; }

    public void Add(StreamMessage message)
    {
        lock (this)
        {
            message.SequenceNumber = _next++;
            _messages.Add(message);
        }
    }

    public List<StreamMessage> Take()
    {
        lock (this)
        {
            if (_messages.Count == 0)
            {
                return [];
            }

            var all = _messages;
            _messages = [];
            return all;
        }
    }

    public void LoseIfOwnedBy(Silo silo)
    {
        lock (this)
        {
            if (ReferenceEquals(Owner, silo))
            {
                _messages = [];
                Owner = null;
            }
        }
    }
}
