using System.Reflection;
using System.Runtime.CompilerServices;
using Orleans.CodeGeneration;
using Orleans.Concurrency;
using Orleans.Serialization;

namespace Orleans.CodeGeneration
{
    /// <summary>How a method's requests are treated.</summary>
    [Flags]
    internal enum InvokeMethodOptions
    {
        None = 0,
        OneWay = 1,
        ReadOnly = 2,
        AlwaysInterleave = 4,
    }
}

namespace Orleans.Runtime
{
    /// <summary>Calls a method with its arguments unpacked.</summary>
    internal delegate TReturn GrainInvoker<TArgs, out TReturn>(object target, ref TArgs args, CancellationToken cancellationToken);

    /// <summary>Replaces a call's arguments by copies.</summary>
    internal delegate void ArgumentsCopy<TArgs>(ref TArgs args, CopyContext context);

    /// <summary>A method of a grain interface: what all of its calls share.</summary>
    internal abstract class GrainMethod(MethodInfo info)
    {
        public MethodInfo Info { get; } = info;

        public string Name { get; } = info.Name;

        public Type Interface { get; } = info.DeclaringType!;

        public GrainInterfaceType InterfaceType { get; } = GrainInterfaces.TypeOf(info.DeclaringType!);

        public InvokeMethodOptions Options { get; protected init; } = OptionsOf(info);

        public TimeSpan? ResponseTimeout { get; } = info.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout;

        public bool IsCancellable { get; } = info.GetParameters().Any(p => p.ParameterType == typeof(CancellationToken));

        public bool ResultIsImmutable { get; } = info.ReturnParameter.IsDefined(typeof(ImmutableAttribute), false);

        public bool IsOneWay => (Options & InvokeMethodOptions.OneWay) != 0;

        private static InvokeMethodOptions OptionsOf(MethodInfo info) =>
            (info.IsDefined(typeof(OneWayAttribute)) ? InvokeMethodOptions.OneWay : 0)
            | (info.IsDefined(typeof(ReadOnlyAttribute)) ? InvokeMethodOptions.ReadOnly : 0)
            | (info.IsDefined(typeof(AlwaysInterleaveAttribute)) ? InvokeMethodOptions.AlwaysInterleave : 0);
    }

    /// <summary>A method with its arguments' type and its result's.</summary>
    internal abstract class GrainMethod<TArgs, TResult>(MethodInfo info) : GrainMethod(info)
    {
        private ArgumentsCopy<TArgs>? _copyLocal;
        private ArgumentsCopy<TArgs>? _copyWire;
        private volatile bool _ready;

        public abstract ValueTask<TResult> Invoke(CallTarget target, ref TArgs args, CancellationToken cancellationToken);

        /// <summary>Copies the arguments within a silo; to another runtime, as if over the wire.</summary>
        public virtual void CopyArguments(ref TArgs args, CallRuntime? destination)
        {
            if (!_ready)
            {
                (_copyLocal, _copyWire) = (ArgumentsCopyEmitter<TArgs, LocalCopy>.Emit(Info), null);
                _ready = true;
            }

            if (destination is null)
            {
                Copy(_copyLocal, ref args, null);
            }
            else
            {
                Copy(_copyWire ??= ArgumentsCopyEmitter<TArgs, WireCopy>.Emit(Info) ?? Nothing, ref args, destination);
            }
        }

        public virtual TResult CopyResult(TResult result, CallRuntime? destination) => destination is not null
            ? CopierOf<TResult, WireCopy>.CopyRoot(result, destination)
            : ResultIsImmutable ? result : CopierOf<TResult, LocalCopy>.CopyRoot(result, null);

        private static void Copy(ArgumentsCopy<TArgs>? copy, ref TArgs args, CallRuntime? destination)
        {
            if (copy is not null)
            {
                using var context = CopyContext.Rent(destination);
                copy(ref args, context);
            }
        }

        private static void Nothing(ref TArgs args, CopyContext context)
        {
        }
    }

    /// <summary>A method that returns <see cref="Task{T}"/>.</summary>
    internal sealed class TaskMethod<TArgs, TResult>(MethodInfo info) : GrainMethod<TArgs, TResult>(info)
    {
        private readonly GrainInvoker<TArgs, Task<TResult>> _invoke = InvokerEmitter.Emit<TArgs, Task<TResult>>(info);

        public override ValueTask<TResult> Invoke(CallTarget target, ref TArgs args, CancellationToken cancellationToken) =>
            new(_invoke(target.InstanceFor(this), ref args, cancellationToken));
    }

    /// <summary>A method that returns <see cref="ValueTask{T}"/>.</summary>
    internal sealed class ValueTaskMethod<TArgs, TResult>(MethodInfo info) : GrainMethod<TArgs, TResult>(info)
    {
        private readonly GrainInvoker<TArgs, ValueTask<TResult>> _invoke = InvokerEmitter.Emit<TArgs, ValueTask<TResult>>(info);

        public override ValueTask<TResult> Invoke(CallTarget target, ref TArgs args, CancellationToken cancellationToken) =>
            _invoke(target.InstanceFor(this), ref args, cancellationToken);
    }

    /// <summary>A method that returns <see cref="Task"/>.</summary>
    internal sealed class TaskMethod<TArgs>(MethodInfo info) : GrainMethod<TArgs, Unit>(info)
    {
        private readonly GrainInvoker<TArgs, Task> _invoke = InvokerEmitter.Emit<TArgs, Task>(info);

        public override ValueTask<Unit> Invoke(CallTarget target, ref TArgs args, CancellationToken cancellationToken)
        {
            var task = _invoke(target.InstanceFor(this), ref args, cancellationToken);
            return task.IsCompletedSuccessfully ? default : Wait(task);
        }

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        private static async ValueTask<Unit> Wait(Task task)
        {
            await task;
            return default;
        }
    }

    /// <summary>A method that returns <see cref="ValueTask"/>.</summary>
    internal sealed class ValueTaskMethod<TArgs>(MethodInfo info) : GrainMethod<TArgs, Unit>(info)
    {
        private readonly GrainInvoker<TArgs, ValueTask> _invoke = InvokerEmitter.Emit<TArgs, ValueTask>(info);

        public override ValueTask<Unit> Invoke(CallTarget target, ref TArgs args, CancellationToken cancellationToken)
        {
            var task = _invoke(target.InstanceFor(this), ref args, cancellationToken);
            if (!task.IsCompletedSuccessfully)
            {
                return Wait(task);
            }

            task.GetAwaiter().GetResult();
            return default;
        }

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        private static async ValueTask<Unit> Wait(ValueTask task)
        {
            await task;
            return default;
        }
    }

    /// <summary>A method that returns nothing: its calls are one-way.</summary>
    internal sealed class VoidMethod<TArgs> : GrainMethod<TArgs, Unit>
    {
        private readonly GrainInvoker<TArgs, Unit> _invoke;

        public VoidMethod(MethodInfo info)
            : base(info)
        {
            _invoke = InvokerEmitter.Emit<TArgs, Unit>(info);
            Options |= InvokeMethodOptions.OneWay;
        }

        public override ValueTask<Unit> Invoke(CallTarget target, ref TArgs args, CancellationToken cancellationToken)
        {
            _invoke(target.InstanceFor(this), ref args, cancellationToken);
            return default;
        }
    }
}
