namespace Personalization.Grains.Ingestion;

/// <summary>
/// Somebody lost what they had folded in but not persisted: their silo died. What they are missing lies after the checkpoint,
/// so the partition folds from there again; everybody else ignores what they have.
/// </summary>
internal sealed class LostFoldException() : Exception("A user, product or policy lost what it had not persisted.");
