using System.Reflection;
using Orleans.Serialization;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>What both sides' filters see of a call.</summary>
internal abstract class CallFilterContext(GrainCall call) : IGrainCallContext
{
    private Response? _response;

    protected GrainCall Message => call;

    public IInvokable Request => call;

    public abstract object Grain { get; }

    public GrainId? SourceId => call.SourceId.IsDefault ? null : call.SourceId;

    public GrainId TargetId => call.Reference.GrainId;

    public GrainInterfaceType InterfaceType => call.Method.InterfaceType;

    public string InterfaceName => call.GetInterfaceName();

    public string MethodName => call.Method.Name;

    public MethodInfo InterfaceMethod => call.Method.Info;

    public object? Result
    {
        get => _response?.Result;
        set => _response = Serialization.Invocation.Response.FromResult(value);
    }

    public Response? Response
    {
        get => _response;
        set => _response = value;
    }

    public abstract Task Invoke();

    /// <summary>The call itself: its error is both the response, should filters swallow it, and thrown to them.</summary>
    protected async Task<Response> InvokeInnermost(Func<Task<object?>> call)
    {
        try
        {
            return Serialization.Invocation.Response.FromResult(await call());
        }
        catch (Exception exception)
        {
            Response = Serialization.Invocation.Response.FromException(exception);
            throw;
        }
    }
}

/// <summary>Runs the incoming filters around a call.</summary>
internal sealed class IncomingFilters : CallFilterContext, IIncomingGrainCallContext
{
    private readonly CallTarget _target;
    private int _next;

    private IncomingFilters(GrainCall call, CallTarget target)
        : base(call) => _target = target;

    public override object Grain => _target.InstanceFor(Message.Method);

    public IGrainContext TargetContext => (IGrainContext)_target;

    public MethodInfo ImplementationMethod
    {
        get
        {
            var map = Grain.GetType().GetInterfaceMap(Message.Method.Interface);
            return map.TargetMethods[Array.IndexOf(map.InterfaceMethods, Message.Method.Info)];
        }
    }

    /// <summary>The call's result, boxed, after all filters.</summary>
    public static async ValueTask<object?> Invoke(GrainCall call, CallTarget target)
    {
        var context = new IncomingFilters(call, target);
        await context.Invoke();
        return context.Response?.Result ?? call.DefaultResult;
    }

    public override async Task Invoke()
    {
        var filters = _target.Runtime.IncomingFilters;
        var index = _next++;
        try
        {
            if (index < filters.Length)
            {
                await filters[index].Invoke(this);
            }
            else if (index == filters.Length && _target.FiltersItself)
            {
                await ((IIncomingGrainCallFilter)Grain).Invoke(this);
            }
            else
            {
                Response = await InvokeInnermost(() => Message.InvokeBoxed().AsTask());
            }
        }
        finally
        {
            // A filter may go on a second time.
            _next--;
        }
    }
}

/// <summary>Runs the outgoing filters around a call.</summary>
internal sealed class OutgoingFilters : CallFilterContext, IOutgoingGrainCallContext
{
    private readonly Func<Task<object?>> _send;
    private int _next;

    private OutgoingFilters(GrainCall call, Func<Task<object?>> send)
        : base(call)
    {
        _send = send;
        SourceContext = RuntimeContext.Current;
    }

    public override object Grain => Message.Reference;

    public IGrainContext? SourceContext { get; }

    public static async ValueTask<TResult> Call<TArgs, TResult>(GrainReference reference, GrainMethod<TArgs, TResult> method, TArgs args, CancellationToken cancellationToken)
    {
        var call = GrainCall<TArgs, TResult>.Rent(reference, method, ref args);
        var context = new OutgoingFilters(call, async () =>
        {
            // What filters put into the request context goes with the call.
            call.RefreshRequestContext();
            if (method.IsOneWay)
            {
                call.ForNobody();
                reference.Runtime.Send(call, cancellationToken);
                return default(TResult);
            }

            var task = call.ForTask();
            reference.Runtime.Send(call, cancellationToken);
            return await task;
        });
        await context.Invoke();
        return context.Response is { } response && response.Result is { } result ? (TResult)result : default!;
    }

    public override async Task Invoke()
    {
        var filters = Message.Sender.OutgoingFilters;
        var index = _next++;
        try
        {
            if (index < filters.Length)
            {
                await filters[index].Invoke(this);
            }
            else
            {
                Response = await InvokeInnermost(_send);
            }
        }
        finally
        {
            _next--;
        }
    }
}
