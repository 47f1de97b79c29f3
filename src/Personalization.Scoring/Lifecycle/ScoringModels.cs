using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Behaviour;
using Personalization.Scoring.Face;
using Personalization.Scoring.Text;
using Personalization.Scoring.Voice;

namespace Personalization.Scoring.Lifecycle;

/// <summary>The four models, each with the versions of it that are loaded.</summary>
internal sealed partial class ScoringModels : IAsyncDisposable
{
    private readonly ILogger _logger;

    /// <summary>Loads the live version of each.</summary>
    /// <exception cref="Onnx.InvalidModelException">A model cannot be used; a missing one only where rules alone are not allowed.</exception>
    public ScoringModels(ScoringOptions options, SlotSetup setup)
    {
        _logger = setup.Logger;
        Text = new ModelSlot<TextQuestion, SentimentObservation>(TextModelKind.Of(options), setup);
        Face = new ModelSlot<FaceCrop, FaceReading>(FaceModelKind.Of(options), setup);
        Voice = new ModelSlot<VoicePayload, SentimentObservation>(VoiceModelKind.Of(options), setup);
        Behaviour = new ModelSlot<ImmutableArray<float>, IntentReading>(BehaviourModelKind.Of(options), setup);
        Slots = [Text, Face, Voice, Behaviour];
        Load(Text, options.FullTextModelPath, options, LogRulesOnly);
        Load(Face, options.FullFaceModelPath, options, LogNoFaces);
        Load(Voice, options.FullVoiceModelPath, options, LogVoiceRulesOnly);
        Load(Behaviour, options.FullBehaviourModelPath, options, LogIntentByRule);
    }

    /// <summary>Reads words.</summary>
    public ModelSlot<TextQuestion, SentimentObservation> Text { get; }

    /// <summary>Looks at pictures of faces.</summary>
    public ModelSlot<FaceCrop, FaceReading> Face { get; }

    /// <summary>Hears how something is said.</summary>
    public ModelSlot<VoicePayload, SentimentObservation> Voice { get; }

    /// <summary>Tells the intent to buy.</summary>
    public ModelSlot<ImmutableArray<float>, IntentReading> Behaviour { get; }

    /// <summary>All of them.</summary>
    public ImmutableArray<IModelSlot> Slots { get; }

    /// <summary>The loaded versions of all.</summary>
    public IReadOnlyList<ModelReport> Report() => [.. Slots.SelectMany(static slot => slot.Report())];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var slot in Slots)
        {
            await slot.DisposeAsync().ConfigureAwait(false);
        }
    }

    // A missing model is left out where rules alone are allowed; else loading it says that it is missing.
    private static void Load(IModelSlot slot, string path, ScoringOptions options, Action<string> logMissing)
    {
        if (!options.AllowRulesOnly || File.Exists(path))
        {
            slot.LoadLive(path);
        }
        else
        {
            logMissing(path);
        }
    }

    [LoggerMessage(LogLevel.Error, "There is no text model at {Path}: NO TEXT IS READ, reviews and chats are answered NoScorer. Rules read the rest.")]
    private partial void LogRulesOnly(string path);

    [LoggerMessage(LogLevel.Error, "There is no voice model at {Path}: rules read voices, and hardly tell one feeling from another.")]
    private partial void LogVoiceRulesOnly(string path);

    [LoggerMessage(LogLevel.Error, "There is no face model at {Path}: NO PICTURE OF A FACE IS LOOKED AT, and events that bring one say so. Rules read coefficients.")]
    private partial void LogNoFaces(string path);

    [LoggerMessage(LogLevel.Warning, "There is no behaviour model at {Path}: purchase intent is told by rule.")]
    private partial void LogIntentByRule(string path);
}
