using System.Reflection;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Orleans;

/// <summary>A call as filters see it.</summary>
public interface IGrainCallContext
{
    /// <summary>The call.</summary>
    IInvokable Request { get; }

    /// <summary>The grain instance, or the reference on the caller's side.</summary>
    object Grain { get; }

    /// <summary>Who calls, when it is a grain.</summary>
    GrainId? SourceId { get; }

    /// <summary>Who is called.</summary>
    GrainId TargetId { get; }

    /// <summary>The interface.</summary>
    GrainInterfaceType InterfaceType { get; }

    /// <summary>The interface's name.</summary>
    string InterfaceName { get; }

    /// <summary>The method's name.</summary>
    string MethodName { get; }

    /// <summary>The interface's method.</summary>
    MethodInfo InterfaceMethod { get; }

    /// <summary>The result, once there is one; a filter may replace it.</summary>
    object? Result { get; set; }

    /// <summary>The outcome, once there is one; a filter may replace it.</summary>
    Response? Response { get; set; }

    /// <summary>Goes on with the next filter, or the call itself.</summary>
    Task Invoke();
}

/// <summary>A call on its callee's side.</summary>
public interface IIncomingGrainCallContext : IGrainCallContext
{
    /// <summary>The activation.</summary>
    IGrainContext TargetContext { get; }

    /// <summary>The grain class's method.</summary>
    MethodInfo ImplementationMethod { get; }
}

/// <summary>A call on its caller's side.</summary>
public interface IOutgoingGrainCallContext : IGrainCallContext
{
    /// <summary>The calling activation, when there is one.</summary>
    IGrainContext? SourceContext { get; }
}

/// <summary>Runs around calls on their callee's side; a grain class may be one itself.</summary>
public interface IIncomingGrainCallFilter
{
    /// <summary>Runs around a call.</summary>
    Task Invoke(IIncomingGrainCallContext context);
}

/// <summary>Runs around calls on their caller's side.</summary>
public interface IOutgoingGrainCallFilter
{
    /// <summary>Runs around a call.</summary>
    Task Invoke(IOutgoingGrainCallContext context);
}

/// <summary>An <see cref="IIncomingGrainCallFilter"/> as a function.</summary>
public delegate Task IncomingGrainCallFilterDelegate(IIncomingGrainCallContext context);

/// <summary>An <see cref="IOutgoingGrainCallFilter"/> as a function.</summary>
public delegate Task OutgoingGrainCallFilterDelegate(IOutgoingGrainCallContext context);
