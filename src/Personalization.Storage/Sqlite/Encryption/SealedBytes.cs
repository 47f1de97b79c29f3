namespace Personalization.Storage.Sqlite.Encryption;

/// <summary>The layout of sealed bytes: nonce, tag, ciphertext.</summary>
internal static class SealedBytes
{
    public const int NonceSize = 12;
    public const int TagSize = 16;
    public const int KeySize = 32;

    /// <summary>By how much sealing lengthens.</summary>
    public const int Overhead = NonceSize + TagSize;
}
