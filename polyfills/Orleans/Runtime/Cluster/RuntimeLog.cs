using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

/// <summary>What the runtime writes into the log.</summary>
internal sealed partial class RuntimeLog(ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger("Orleans.Runtime");

    [LoggerMessage(Level = LogLevel.Error, Message = "Error activating grain {Grain}.")]
    public partial void ActivationFailed(GrainId grain, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Error deactivating grain {Grain}.")]
    public partial void DeactivationFailed(GrainId grain, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Caught and ignored exception thrown from a timer callback of grain {Grain}.")]
    public partial void TimerFailed(GrainId grain, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Stream events of {Stream} could not be delivered to {Consumer}.")]
    public partial void StreamDeliveryFailed(StreamId stream, GrainId consumer, Exception exception);
}
