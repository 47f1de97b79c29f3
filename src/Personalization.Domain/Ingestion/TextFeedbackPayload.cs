namespace Personalization.Domain.Ingestion;

/// <summary>Something a shopper wrote. Which kind of text it is follows from the event's <see cref="Channel"/>.</summary>
/// <param name="Title">A headline; empty when there is none.</param>
/// <param name="Text">The text; not empty.</param>
/// <param name="Language">BCP 47 tag; empty when unknown.</param>
public sealed record TextFeedbackPayload(string Title, string Text, string Language) : EventPayload
{
    /// <inheritdoc/>
    public override PayloadKind Kind => PayloadKind.TextFeedback;
}
