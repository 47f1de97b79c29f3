using System.Buffers;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Profiles;

/// <summary>Writes and reads profiles.</summary>
/// <remarks>
/// Layout: format version; last and base offset; the time constant and landmark of the session's and of the tastes' decay;
/// the merges that were applied; which modalities follow; for each its <see cref="ModalityEvidence"/>. Sums are stored with
/// what they decay by, so a profile can be read under other options than it was written under.
/// </remarks>
/// <param name="model">What profiles are read into.</param>
/// <param name="known">Ids of products that exist as strings already, asked at each reading: profiles share them. Null: none do.</param>
public sealed class UserProfileCodec(ProfileModel model, Func<IKnownTexts>? known = null) : IStateCodec<UserProfile>
{
    private const byte FormatVersion = 3;

    /// <inheritdoc/>
    public string Name => "user-profile";

    /// <inheritdoc/>
    public void Write(UserProfile state, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(state);
        var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        state.Write(writer);
    }

    /// <inheritdoc/>
    public UserProfile Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input);
        var format = StateCheck.Version(ref reader, FormatVersion, "profile");
        var profile = UserProfile.Read(ref reader, model, known?.Invoke() ?? ItemDirectory.Empty, format);
        StateCheck.AtEnd(ref reader, "profile");
        return profile;
    }
}
