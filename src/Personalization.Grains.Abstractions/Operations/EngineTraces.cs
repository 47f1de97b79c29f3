using System.Diagnostics;

namespace Personalization.Grains.Operations;

/// <summary>
/// The engine's own spans: one per stage of a request or of a batch, none per event or item. Where nobody listens, starting one
/// costs a look at a field.
/// </summary>
public static class EngineTraces
{
    /// <summary>The name of their source.</summary>
    public const string SourceName = "Personalization";

    /// <summary>What the name of every span begins with.</summary>
    public const string Prefix = "personalization.";

    /// <summary>Checking a batch of events at the door, before it is durable.</summary>
    public const string Check = Prefix + "check";

    /// <summary>Making a batch durable.</summary>
    public const string Append = Prefix + "append";

    /// <summary>Reading the feelings of a batch.</summary>
    public const string Score = Prefix + "score";

    /// <summary>Folding a batch in.</summary>
    public const string Fold = Prefix + "fold";

    /// <summary>Waiting until a shopper's events have been folded in.</summary>
    public const string Wait = Prefix + "wait";

    /// <summary>Making a slate.</summary>
    public const string Recommend = Prefix + "recommend";

    /// <summary>Deciding on an intervention.</summary>
    public const string Decide = Prefix + "decide";

    private static readonly ActivitySource s_source = new(SourceName);

    /// <summary>Starts a span of whatever is under way here.</summary>
    /// <returns>The span, which ends when it is disposed; null when nobody listens.</returns>
    public static Activity? Start(string name) => s_source.StartActivity(name);

    /// <summary>
    /// Starts a span of work that is nobody's request: a trace of its own, to which the calls that the work makes (one per
    /// shopper, per product) do not belong. To be called in the asynchronous method that does the work.
    /// </summary>
    /// <returns>The span, which ends when it is disposed; null when nobody listens.</returns>
    public static Activity? StartAlone(string name)
    {
        if (!s_source.HasListeners())
        {
            return null;
        }

        Activity.Current = null;
        var span = s_source.StartActivity(name);
        Activity.Current = null;
        return span;
    }
}
