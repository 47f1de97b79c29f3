using System.Buffers;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Interventions;
using Personalization.Domain.Profiles;
using Personalization.Domain.Rewards;
using Personalization.Domain.Serialization;

namespace Personalization.Grains.Profiles;

/// <summary>How a user's state is stored.</summary>
public sealed class UserStateCodec(UserProfileCodec profiles, RewardJoinerCodec rewards) : IStateCodec<UserState>
{
    private const byte Format = 3;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_part;

    /// <inheritdoc/>
    public string Name => "user";

    /// <inheritdoc/>
    public void Write(UserState state, IBufferWriter<byte> output) => Write(state, state.Outbox, output);

    /// <summary>Writes a state with another outbox.</summary>
    public void Write(UserState state, ReadOnlySpan<UserEffect> outbox, IBufferWriter<byte> output)
    {
        var writer = new StateWriter(output);
        writer.Byte(Format);
        writer.Int(state.AppliedOffset);
        writer.Bool(state.AppliedAt is not null);
        writer.Time(state.AppliedAt ?? DateTimeOffset.MinValue);
        Part(writer, profiles, state.Profile ?? throw new InvalidOperationException("A user's state without a profile cannot be stored."));
        state.Consent.Write(writer);
        Part(writer, rewards, state.Rewards ?? throw new InvalidOperationException("A user's state without its decisions cannot be stored."));
        if (state.HasInterventions)
        {
            state.Interventions.Write(writer);
        }
        else
        {
            InterventionHistory.WriteEmpty(writer);
        }

        writer.UInt((ulong)state.ModelVersions.Length);
        foreach (var version in state.ModelVersions)
        {
            writer.Text(version);
        }

        writer.UInt((ulong)outbox.Length);
        foreach (ref readonly var effect in outbox)
        {
            writer.Int(effect.Offset);
            writer.Byte((byte)effect.Kind);
            writer.Text(effect.Target);
            writer.Bytes(effect.Body);
        }

        writer.UInt((ulong)state.OwedCount);
        foreach (var offset in state.OwedFeelings ?? [])
        {
            writer.Int(offset);
        }

        writer.UInt((ulong)(state.MovedFeelings?.Count ?? 0));
        foreach (var (offset, into) in state.MovedFeelings ?? [])
        {
            writer.Int(offset);
            writer.Text(into.Value);
        }

        writer.UInt((ulong)(state.OwedByOthers?.Count ?? 0));
        foreach (var (key, count) in state.OwedByOthers ?? [])
        {
            writer.UInt(key);
            writer.UInt((ulong)count);
        }
    }

    /// <inheritdoc/>
    public UserState Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input);
        var format = StateCheck.Version(ref reader, Format, "user's state");

        var state = new UserState { AppliedOffset = reader.Int() };
        var hasTime = reader.Bool();
        var time = reader.Time();
        state.AppliedAt = hasTime ? time : null;
        state.Profile = profiles.Read(reader.Bytes());
        state.Consent = ConsentRecord.Read(ref reader);
        state.Rewards = rewards.Read(reader.Bytes());
        if (InterventionHistory.Read(ref reader) is { IsEmpty: false } interventions)
        {
            state.Interventions = interventions;
        }

        var versions = new string[reader.Count()];
        for (var i = 0; i < versions.Length; i++)
        {
            versions[i] = reader.Text();
        }

        // From the oldest on, as they were noted.
        for (var i = versions.Length - 1; i >= 0; i--)
        {
            state.NoteModel(versions[i], versions.Length);
        }

        for (var left = reader.Count(4); left > 0; left--)
        {
            state.Emit(new UserEffect(reader.Int(), (UserEffectKind)reader.Byte(), reader.Text(), reader.Bytes().ToArray()));
        }

        for (var left = format >= 2 ? reader.Count() : 0; left > 0; left--)
        {
            (state.OwedFeelings ??= []).Add(reader.Int());
        }

        for (var left = format >= 3 ? reader.Count(2) : 0; left > 0; left--)
        {
            (state.MovedFeelings ??= []).Add(new MovedFeeling(reader.Int(), UserKey.Parse(reader.Text())));
        }

        for (var left = format >= 3 ? reader.Count(2) : 0; left > 0; left--)
        {
            (state.OwedByOthers ??= [])[reader.UInt()] = (int)reader.UInt();
        }

        return state;
    }

    private static void Part<T>(StateWriter writer, IStateCodec<T> codec, T part)
    {
        var output = t_part ??= new ArrayBufferWriter<byte>(4096);
        output.ResetWrittenCount();
        codec.Write(part, output);
        writer.Bytes(output.WrittenSpan);
    }
}
