using Orleans.Runtime;
using Orleans.Serialization;

namespace Orleans.Streams;

/// <summary>Events published together.</summary>
internal abstract class StreamMessage
{
    public required StreamId Stream { get; init; }

    public required Dictionary<string, object>? RequestContext { get; init; }

    public long SequenceNumber { get; set; }

    public abstract int Count { get; }

    public abstract object? this[int index] { get; }

    /// <summary>Each subscriber gets events of its own.</summary>
    public abstract StreamMessage CopyFor(CallRuntime? destination);
}

internal sealed class StreamMessage<T> : StreamMessage
{
    public required T[] Items { get; init; }

    public override int Count => Items.Length;

    public override object? this[int index] => Items[index];

    public override StreamMessage CopyFor(CallRuntime? destination) => new StreamMessage<T>
    {
        Stream = Stream,
        RequestContext = RequestContext,
        SequenceNumber = SequenceNumber,
        Items = CopierOf<T[], WireCopy>.CopyRoot(Items, destination),
    };
}

/// <summary>One subscription's delivery of a message.</summary>
internal readonly record struct StreamDelivery(StreamMessage Message, Guid SubscriptionId, string Provider);

/// <summary>What filters see deliveries as.</summary>
internal interface IStreamConsumerExtension : IGrainExtension
{
    Task DeliverBatch();
}

/// <summary>The call that delivers: it takes its turn like any other request of the subscriber.</summary>
internal sealed class DeliveryMethod() : GrainMethod<StreamDelivery, Unit>(typeof(IStreamConsumerExtension).GetMethod(nameof(IStreamConsumerExtension.DeliverBatch))!)
{
    public static readonly DeliveryMethod Instance = new();

    public override ValueTask<Unit> Invoke(CallTarget target, ref StreamDelivery args, CancellationToken cancellationToken) => Deliver(StreamConsumers.Of(target), args);

    public override void CopyArguments(ref StreamDelivery args, CallRuntime? destination) => args = args with { Message = args.Message.CopyFor(destination) };

    private static async ValueTask<Unit> Deliver(StreamConsumers consumers, StreamDelivery delivery)
    {
        await consumers.Deliver(delivery);
        return default;
    }
}
