using System.Runtime.InteropServices;
using Google.Protobuf;
using Personalization.Client;
using Personalization.LoadTest.Feelings;
using Personalization.LoadTest.Measuring;
using Personalization.V1;

namespace Personalization.LoadTest.Modalities;

/// <summary>A pleasant and an unpleasant feeling in every modality that the engine reads.</summary>
internal static class Stimuli
{
    private const int VoiceRateHz = 16_000;
    private const int Frames = 12;

    /// <summary>Words, faces in coefficients and in pictures, voices as sound, and clicks.</summary>
    /// <param name="seed">Of the noise in faces.</param>
    public static IReadOnlyList<StimulusPair> All(int seed) =>
    [
        new(
            "text",
            new("praise", static id => [Events.Review(id, "I love this, my skin has never looked better. I am so happy with it!")]),
            new("a complaint", static id => [Events.Review(id, "Awful. It burns, it smells bad and I want my money back.")])),
        new("face", Look("a smile", seed, 0.9), Look("a scowl", seed, -0.9)),
        new("face_crop", Picture("a happy face", "happiness"), Picture("an angry face", "anger")),
        new("voice", Voice("a stirred voice", MadeUpVoice.Stirred), Voice("a calm voice", MadeUpVoice.Calm)),
        new("behaviour", new("a cart on its way to the checkout", Eager), new("rage clicks", Annoyed)),
    ];

    private static Stimulus Look(string sent, int seed, double valence) => new(
        sent, id => [TriedOn(id, FaceGenerator.Make(Rng.For(seed, sent), valence, arousal: 0.4, expressiveness: 1, Frames))]);

    private static Stimulus Picture(string sent, string expression) => new(sent, id =>
    {
        var frames = new ArFrames();
        for (var i = 0; i < Frames; i++)
        {
            frames.Frames.Add(new BlendshapeFrame { OffsetMs = 200 * i, FaceCrop = MeanFaces.Of(expression) });
        }

        return [TriedOn(id, frames)];
    });

    private static Event TriedOn(string productId, ArFrames frames) =>
        new() { ProductId = productId, Touchpoint = Touchpoint.TryOn, Channel = Channel.ArTryOn, ArFrames = frames };

    private static Stimulus Voice(string sent, MadeUpVoice voice) => new(sent, id =>
    [
        new Event
        {
            ProductId = id,
            Touchpoint = Touchpoint.Support,
            Channel = Channel.Voice,
            VoiceSegment = new VoiceSegment
            {
                Pcm = new Pcm16 { SampleRateHz = VoiceRateHz, Samples = ByteString.CopyFrom(MemoryMarshal.AsBytes<short>(voice.At(VoiceRateHz))) },
            },
        },
    ]);

    private static IEnumerable<Event> Eager(string id) =>
    [
        Events.View(id, TimeSpan.FromSeconds(50), depth: 1),
        Events.Did(BehaviourAction.AddToCart, id),
        Events.Did(BehaviourAction.CheckoutStep, string.Empty, Touchpoint.Checkout),
    ];

    private static IEnumerable<Event> Annoyed(string id) =>
    [
        Events.Did(BehaviourAction.RageClick, id),
        Events.Did(BehaviourAction.RageClick, id),
        Events.Did(BehaviourAction.RageClick, id),
    ];
}
