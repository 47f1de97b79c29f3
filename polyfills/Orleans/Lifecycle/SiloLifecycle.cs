using Microsoft.Extensions.Logging;

namespace Orleans.Runtime
{
    /// <summary>What begins and ends with a silo.</summary>
    public interface ISiloLifecycle : ILifecycleObservable
    {
        /// <summary>The highest stage that has completed on the way up.</summary>
        int HighestCompletedStage { get; }

        /// <summary>The lowest stage that has stopped on the way down.</summary>
        int LowestStoppedStage { get; }
    }

    /// <summary>Work to do once as a silo starts.</summary>
    public interface IStartupTask
    {
        /// <summary>Does it; the silo is active when it returns.</summary>
        Task Execute(CancellationToken cancellationToken);
    }

    internal sealed partial class SiloLifecycle(ILogger<SiloLifecycle> logger) : LifecycleSubject, ISiloLifecycle
    {
        public int HighestCompletedStage { get; private set; } = int.MinValue;

        public int LowestStoppedStage { get; private set; } = int.MaxValue;

        protected override void OnStageStarted(int stage) => HighestCompletedStage = stage;

        protected override void OnStageStopped(int stage) => LowestStoppedStage = stage;

        protected override void OnStopFailed(int stage, Exception exception) => LogStopFailed(stage, exception);

        [LoggerMessage(Level = LogLevel.Error, Message = "Lifecycle stage {Stage} failed to stop.")]
        private partial void LogStopFailed(int stage, Exception exception);
    }

    internal sealed class GrainLifecycle : LifecycleSubject, IGrainLifecycle;
}

namespace Orleans
{
    /// <summary>What begins and ends with a client.</summary>
    public interface IClusterClientLifecycle : ILifecycleObservable;

    /// <summary>Checks a host's configuration before it starts; throws to say what is wrong.</summary>
    public interface IConfigurationValidator
    {
        /// <summary>Throws to say what is wrong.</summary>
        void ValidateConfiguration();
    }
}
