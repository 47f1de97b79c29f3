using System.Collections.Immutable;
using Personalization.Scoring.Batching;

namespace Personalization.Scoring.Lifecycle;

/// <summary>What the versions of one model have in common.</summary>
/// <param name="Name">One of <see cref="Domain.Scoring.ModelNames.All"/>.</param>
/// <param name="Load">
/// Loads a file, and throws <see cref="Onnx.InvalidModelException"/> when it is damaged or no model of this kind.
/// </param>
/// <param name="Plain">Questions that every version can answer; of each shape whose first run is the slow one.</param>
/// <param name="Impress">What of an answer is compared between versions.</param>
internal sealed record ModelKind<TQuestion, TAnswer>(
    string Name,
    Func<string, LoadedModel<TQuestion, TAnswer>> Load,
    ImmutableArray<BatchItem<TQuestion>> Plain,
    Func<TAnswer, Impression> Impress);
