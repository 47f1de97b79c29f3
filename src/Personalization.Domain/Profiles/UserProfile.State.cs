using Personalization.Domain.Consent;
using Personalization.Domain.Scoring;
using Personalization.Domain.Serialization;
using Personalization.Domain.Statistics;

namespace Personalization.Domain.Profiles;

// How a profile is stored: see UserProfileCodec.
public sealed partial class UserProfile
{
    internal void Write(StateWriter writer)
    {
        writer.UInt((ulong)LastOffset);
        writer.UInt((ulong)BaseOffset);
        writer.Int(_model.Options.ShortTimeConstant.Ticks);
        writer.Int(_session.Landmark);
        writer.Int(_model.Options.AffinityTimeConstant.Ticks);
        writer.Int(_tastes.Landmark);
        writer.UInt((ulong)(_merged?.Count ?? 0));
        foreach (var (source, offset) in _merged ?? [])
        {
            writer.UInt(source);
            writer.UInt((ulong)offset);
        }

        writer.Byte((byte)Sources);
        foreach (var evidence in _evidence)
        {
            evidence?.Write(writer);
        }
    }

    internal static UserProfile Read(ref StateReader reader, ProfileModel model, IKnownTexts known, byte format)
    {
        var profile = new UserProfile(model)
        {
            LastOffset = Offset(ref reader),
            BaseOffset = Offset(ref reader),
        };
        StateCheck.That(profile.BaseOffset <= profile.LastOffset, "the base offset");
        var session = ReadDecay(ref reader);
        var tastes = ReadDecay(ref reader);
        for (var left = reader.Count(minimumSize: 2); left > 0; left--)
        {
            var source = reader.UInt();
            (profile._merged ??= [])[source] = Offset(ref reader);
        }

        var sources = (ModalitySet)reader.Byte();
        StateCheck.That((sources & ~ModalitySet.All) == 0, "the set of modalities");
        foreach (var modality in Enum.GetValues<Modality>())
        {
            if (sources.Has(modality))
            {
                profile.EvidenceOf(modality).Read(ref reader, known, format);
            }
        }

        profile.Adopt(session, tastes);
        return profile;
    }

    /// <summary>
    /// Takes over the landmarks of stored sums. Sums that decayed by other time constants are first brought to the newest
    /// event, where they mean the same by any.
    /// </summary>
    private void Adopt((TimeSpan Constant, ForwardDecay Decay) session, (TimeSpan Constant, ForwardDecay Decay) tastes)
    {
        var newest = NewestTicks();
        if (newest == long.MinValue)
        {
            return;
        }

        StateCheck.That(session.Decay.HasLandmark && tastes.Decay.HasLandmark, "a landmark");
        if (session.Constant != _model.Options.ShortTimeConstant)
        {
            ScaleSession(session.Decay.MoveTo(Math.Max(newest, session.Decay.Landmark)));
        }

        if (tastes.Constant != _model.Options.AffinityTimeConstant)
        {
            ScaleTastes(tastes.Decay.MoveTo(Math.Max(newest, tastes.Decay.Landmark)));
        }

        _session = new ForwardDecay(_model.Options.ShortTimeConstant, session.Decay.Landmark);
        _tastes = new ForwardDecay(_model.Options.AffinityTimeConstant, tastes.Decay.Landmark);
    }

    private static (TimeSpan Constant, ForwardDecay Decay) ReadDecay(ref StateReader reader)
    {
        var ticks = reader.Int();
        StateCheck.That(ticks > 0, "a time constant");
        var constant = new TimeSpan(ticks);
        return (constant, new ForwardDecay(constant, StateCheck.Ticks(ref reader)));
    }

    private static long Offset(ref StateReader reader)
    {
        var offset = reader.UInt();
        StateCheck.That(offset <= long.MaxValue, "an offset");
        return (long)offset;
    }
}
