using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Orleans.Timers
{
    /// <summary>Makes timers of activations.</summary>
    public interface ITimerRegistry
    {
        /// <summary>Makes a timer.</summary>
        IGrainTimer RegisterGrainTimer<TState>(IGrainContext grainContext, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options);
    }

    internal sealed class TimerRegistry : ITimerRegistry
    {
        public static ITimerRegistry Of(IGrainBase grain)
        {
            ArgumentNullException.ThrowIfNull(grain);
            return grain is Grain { Runtime: { } runtime } ? runtime.TimerRegistry : grain.GrainContext.ActivationServices.GetRequiredService<ITimerRegistry>();
        }

        public IGrainTimer RegisterGrainTimer<TState>(IGrainContext grainContext, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
        {
            ArgumentNullException.ThrowIfNull(callback);
            ArgumentNullException.ThrowIfNull(grainContext);
            if (RuntimeContext.Current is not { } current)
            {
                throw new InvalidSchedulingContextException(
                    "Current grain context is null. Please make sure you are not trying to create a Timer from outside Orleans Task Scheduler, which will be the case if you create it inside Task.Run.");
            }

            if (!ReferenceEquals(current, grainContext))
            {
                throw new InvalidOperationException("Current grain context differs from specified grain context.");
            }

            var timer = new GrainTimer((Activation)grainContext, token => callback(state, token), options);
            timer.Change(options.DueTime, options.Period);
            return timer;
        }
    }
}

namespace Orleans.Runtime
{
    /// <summary>What filters see timers' runs as.</summary>
    internal interface IGrainTimerInvoker : IAddressable
    {
        Task InvokeCallbackAsync();
    }

    /// <summary>Runs a callback as requests of its activation; the next one is timed from the end of the last.</summary>
    internal sealed class GrainTimer : IGrainTimer
    {
        private readonly Activation _activation;
        private readonly Func<CancellationToken, Task> _callback;
        private readonly CancellationTokenSource _stop = new();
        private readonly ITimer _timer;
        private TimeSpan _dueTime = Timeout.InfiniteTimeSpan;
        private TimeSpan _period = Timeout.InfiniteTimeSpan;
        private bool _isChanged;
        private volatile bool _isFiring;

        public GrainTimer(Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
        {
            _activation = activation;
            _callback = callback;
            var tick = new Tick(this, options);
            using (ExecutionContext.SuppressFlow())
            {
                _timer = activation.Silo.TimeProvider.CreateTimer(
                    static state =>
                    {
                        var tick = (Tick)state!;
                        tick.Timer._isFiring = true;
                        tick.Timer._activation.Tick(tick);
                    },
                    tick,
                    Timeout.InfiniteTimeSpan,
                    Timeout.InfiniteTimeSpan);
            }

            activation.AddTimer(this);
        }

        public void Change(TimeSpan dueTime, TimeSpan period)
        {
            Validate(dueTime, nameof(dueTime));
            Validate(period, nameof(period));
            _isChanged = true;
            _dueTime = dueTime;
            _period = period;
            if (!_isFiring)
            {
                // Else it takes effect at the end of the run.
                Arm(dueTime);
            }
        }

        public void Dispose()
        {
            _stop.Cancel();
            _timer.Dispose();
            _activation.RemoveTimer(this);
        }

        private static void Validate(TimeSpan time, string name)
        {
            var milliseconds = (long)time.TotalMilliseconds;
            ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, -1, name);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, 0xfffffffe, name);
        }

        private void Arm(TimeSpan time)
        {
            try
            {
                _timer.Change(time, Timeout.InfiniteTimeSpan);
            }
            catch (ObjectDisposedException)
            {
                // It ended meanwhile.
            }
        }

        private async Task RunAsync()
        {
            _isChanged = false;
            try
            {
                await _callback(_stop.Token);
            }
            catch (Exception exception)
            {
                _activation.Silo.Log.TimerFailed(_activation.GrainId, exception);
            }
            finally
            {
                if (!_stop.IsCancellationRequested)
                {
                    Arm(_isChanged ? _dueTime : _period);
                }

                _isFiring = false;
            }
        }

        private sealed class TickMethod() : GrainMethod(typeof(IGrainTimerInvoker).GetMethod(nameof(IGrainTimerInvoker.InvokeCallbackAsync))!)
        {
            public static readonly TickMethod Instance = new();
        }

        /// <summary>One timer's runs: the same call over and over, never two at once.</summary>
        private sealed class Tick : GrainCall
        {
            private readonly GrainTimerCreationOptions _options;

            public Tick(GrainTimer timer, GrainTimerCreationOptions options)
            {
                Timer = timer;
                _options = options;
                Reference = timer._activation.GrainReference;
                IsOneWay = true;
            }

            public GrainTimer Timer { get; }

            public override GrainMethod Method => TickMethod.Instance;

            public override bool IsAlwaysInterleave => _options.Interleave;

            public override bool IsKeepAlive => _options.KeepAlive;

            public override bool IsLocalOnly => true;

            public override bool IsExpired => Timer._stop.IsCancellationRequested;

            public override void CopyArgumentsFor(CallRuntime destination)
            {
            }

            public override async Task Execute(CallTarget target)
            {
                Target = target;
                if (target.Runtime.IncomingFilters.Length == 0 && !target.FiltersItself)
                {
                    await Timer.RunAsync();
                }
                else
                {
                    await IncomingFilters.Invoke(this, target);
                }

                target.OnCompleted(this, null);
            }

            public override async ValueTask<object?> InvokeBoxed()
            {
                await Timer.RunAsync();
                return default(Unit);
            }

            public override void Fail(Exception exception, long state)
            {
            }

            public override void Release()
            {
                // The timer keeps it for its next run.
                Timer._isFiring = false;
            }

            public override int GetArgumentCount() => 0;

            public override object? GetArgument(int index) => throw new InvalidOperationException();

            public override void SetArgument(int index, object value) => throw new InvalidOperationException();
        }
    }
}
