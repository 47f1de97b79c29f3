using System.Reflection;
using System.Runtime.ExceptionServices;

namespace Orleans.Serialization.Invocation;

/// <summary>Something that holds the target of a call.</summary>
public interface ITargetHolder
{
    /// <summary>The target.</summary>
    object? GetTarget();

    /// <summary>A component of the holder, by type.</summary>
    object? GetComponent(Type componentType);
}

/// <summary>A call: its method, and its arguments.</summary>
public interface IInvokable : IDisposable
{
    /// <summary>True when the method takes a <see cref="CancellationToken"/>.</summary>
    bool IsCancellable => false;

    /// <summary>What the method is called on, once known.</summary>
    object? GetTarget();

    /// <summary>Sets what the method is called on.</summary>
    void SetTarget(ITargetHolder holder);

    /// <summary>Calls the method.</summary>
    ValueTask<Response> Invoke();

    /// <summary>How many arguments there are.</summary>
    int GetArgumentCount();

    /// <summary>An argument.</summary>
    object? GetArgument(int index);

    /// <summary>Changes an argument.</summary>
    void SetArgument(int index, object value);

    /// <summary>The method's name.</summary>
    string GetMethodName();

    /// <summary>The interface's name.</summary>
    string GetInterfaceName();

    /// <summary>Interface and method.</summary>
    string GetActivityName();

    /// <summary>The method of the interface.</summary>
    MethodInfo GetMethod();

    /// <summary>The interface.</summary>
    Type GetInterfaceType();

    /// <summary>How long a caller waits, when the method says so.</summary>
    TimeSpan? GetDefaultResponseTimeout() => null;

    /// <summary>The token that the method gets.</summary>
    CancellationToken GetCancellationToken() => default;

    /// <summary>Cancels the token that the method gets.</summary>
    bool TryCancel() => false;
}

/// <summary>The outcome of a call: a result, or an exception.</summary>
public abstract class Response : IDisposable
{
    /// <summary>A call without a result, done.</summary>
    public static Response Completed { get; } = new ValueResponse(null);

    /// <summary>The result; throws when there is an exception instead.</summary>
    public abstract object? Result { get; set; }

    /// <summary>The exception, if there is one.</summary>
    public abstract Exception? Exception { get; set; }

    /// <summary>An outcome that is an exception.</summary>
    public static Response FromException(Exception exception) => new ExceptionResponse(exception);

    /// <summary>An outcome that is a result.</summary>
    public static Response FromResult<TResult>(TResult value) => new ValueResponse(value);

    /// <summary>The result; throws when there is an exception instead.</summary>
    public abstract T GetResult<T>();

    /// <inheritdoc />
    public abstract void Dispose();

    private sealed class ValueResponse(object? value) : Response
    {
        public override object? Result { get; set; } = value;

        public override Exception? Exception
        {
            get => null;
            set => throw new InvalidOperationException("A response with a result has no exception.");
        }

        public override T GetResult<T>() => (T)Result!;

        public override void Dispose()
        {
        }
    }

    private sealed class ExceptionResponse(Exception exception) : Response
    {
        public override object? Result
        {
            get
            {
                ExceptionDispatchInfo.Throw(Exception!);
                return null;
            }
            set => throw new InvalidOperationException("A response with an exception has no result.");
        }

        public override Exception? Exception { get; set; } = exception;

        public override T GetResult<T>()
        {
            ExceptionDispatchInfo.Throw(Exception!);
            return default!;
        }

        public override void Dispose()
        {
        }
    }
}
