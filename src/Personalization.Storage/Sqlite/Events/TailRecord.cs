using Personalization.Storage.Sqlite.Encryption;

namespace Personalization.Storage.Sqlite.Events;

/// <summary>A durable record that is still in memory.</summary>
/// <param name="Offset">Its offset.</param>
/// <param name="CommittedMs">When it became durable.</param>
/// <param name="Secret">The key it is sealed under.</param>
/// <param name="Sealed">As it is stored.</param>
/// <param name="Plain">As it was before (<see cref="RecordLayout"/>); empty when its key had been destroyed.</param>
internal readonly record struct TailRecord(
    long Offset, long CommittedMs, UserSecret Secret, ReadOnlyMemory<byte> Sealed, ReadOnlyMemory<byte> Plain);
