namespace Personalization.LoadTest.Shoppers;

/// <summary>How a shopper shows feelings, and lets them be seen.</summary>
/// <param name="Expressiveness">How much of a feeling reaches the face and the voice, 0.3 to 1.2.</param>
/// <param name="Talkativeness">Chance to write a review, and how long; 0 to 1.</param>
/// <param name="Carelessness">Chance of a slip per word, 0 to 0.08.</param>
/// <param name="Emoji">Chance of an emoji per text, 0 to 0.8.</param>
/// <param name="Irony">Chance that a bitter text comes as praise, 0 to 0.15.</param>
/// <param name="Patience">Chance to look at one more item of a slate, 0.78 to 0.96.</param>
/// <param name="PitchHz">The voice's own pitch.</param>
/// <param name="Camera">Lets the face be read.</param>
/// <param name="Microphone">Lets the voice be read.</param>
/// <param name="Personalised">Agrees to personalisation at all.</param>
internal sealed record Manner(
    double Expressiveness,
    double Talkativeness,
    double Carelessness,
    double Emoji,
    double Irony,
    double Patience,
    double PitchHz,
    bool Camera,
    bool Microphone,
    bool Personalised);
