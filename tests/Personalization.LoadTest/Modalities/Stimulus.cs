using Personalization.V1;

namespace Personalization.LoadTest.Modalities;

/// <summary>One way to let the engine know of a feeling.</summary>
/// <param name="Sent">What is sent, for people to read.</param>
/// <param name="MakeEvents">Makes its events about a product, without shopper, time and id.</param>
internal sealed record Stimulus(string Sent, Func<string, IEnumerable<Event>> MakeEvents);

/// <summary>Two opposite feelings in one modality.</summary>
/// <param name="Modality">The name of the modality.</param>
/// <param name="Pleasant">The pleasant one, or the eager one.</param>
/// <param name="Unpleasant">The unpleasant one, or the calm one where a modality tells calm from stirred better than good from bad.</param>
internal sealed record StimulusPair(string Modality, Stimulus Pleasant, Stimulus Unpleasant);
