using Personalization.Scoring.Serving;

namespace Personalization.Scoring.Lifecycle;

/// <summary>What a model's file became: a session that can be served.</summary>
/// <param name="Version"><c>name@version+hash</c>.</param>
/// <param name="Device">On what it runs.</param>
/// <param name="Session">What is let go at the end, after all that serves it.</param>
/// <param name="Serve">Puts it behind a batcher of its own; more than once when asked to.</param>
internal sealed record LoadedModel<TQuestion, TAnswer>(
    string Version, string Device, IDisposable Session, Func<ServingSetup, IServedModel<TQuestion, TAnswer>> Serve);
