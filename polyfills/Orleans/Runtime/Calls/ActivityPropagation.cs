using System.Diagnostics;

namespace Orleans.Runtime;

/// <summary>Gives each grain call a span on either side, and carries the trace from the one to the other.</summary>
internal static class ActivityPropagation
{
    private static readonly ActivitySource s_source = new("Microsoft.Orleans.Application", "1.1.0");

    private static string NameOf(IGrainCallContext context) => $"{context.InterfaceMethod.DeclaringType!.Name}/{context.MethodName}";

    private static async Task InvokeAsync(IGrainCallContext context, Activity activity)
    {
        activity.SetTag("rpc.system", "orleans");
        activity.SetTag("rpc.service", context.InterfaceName);
        activity.SetTag("rpc.method", context.MethodName);
        try
        {
            await context.Invoke();
            activity.SetStatus(ActivityStatusCode.Ok);
        }
        catch (Exception exception)
        {
            activity.SetStatus(ActivityStatusCode.Error);
            activity.SetTag("exception.type", exception.GetType().FullName);
            activity.SetTag("exception.message", exception.Message);
            throw;
        }
    }

    /// <summary>The caller's side.</summary>
    public sealed class Outgoing(DistributedContextPropagator propagator) : IOutgoingGrainCallFilter
    {
        public async Task Invoke(IOutgoingGrainCallContext context)
        {
            using var activity = s_source.StartActivity(NameOf(context), ActivityKind.Client);
            if (activity is null)
            {
                await context.Invoke();
                return;
            }

            propagator.Inject(activity, null, static (_, key, value) => RequestContext.Set(key, value));
            await InvokeAsync(context, activity);
        }
    }

    /// <summary>The callee's side.</summary>
    public sealed class Incoming(DistributedContextPropagator propagator) : IIncomingGrainCallFilter
    {
        public async Task Invoke(IIncomingGrainCallContext context)
        {
            propagator.ExtractTraceIdAndState(null, Read, out var parent, out var state);
            ActivityContext.TryParse(parent, state, isRemote: true, out var caller);
            using var activity = s_source.StartActivity(NameOf(context), ActivityKind.Server, caller);
            await (activity is null ? context.Invoke() : InvokeAsync(context, activity));
        }

        private static void Read(object? carrier, string key, out string? value, out IEnumerable<string>? values)
        {
            values = null;
            value = RequestContext.Get(key) as string;
        }
    }
}
