using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Recommendations.Modes;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Recommendations.Decisions;

/// <summary>
/// How decisions are logged: some 380 bytes for ten items. Features that are 0 take a bit, others a byte; what a slot's
/// position says is not written.
/// </summary>
public sealed class DecisionCodec : IStateCodec<Decision>
{
    // The first byte of a decision record says whose it is: 0x50 and above are recommendations, with the format in the low bits.
    private const byte FormatVersion = 0x51;

    // The same with the candidates after each item, for decisions that remember them.
    private const byte WithCandidates = 0x52;

    // The two of them with what is known of positions at the end.
    private const byte WithPositions = 0x53;
    private const byte WithCandidatesAndPositions = 0x54;

    // The last two with who decided and what the shadow would have done at the very end, for decisions of which either is to be said.
    private const byte WithModes = 0x55;
    private const byte WithCandidatesAndModes = 0x56;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_output;

    /// <summary>The codec.</summary>
    public static DecisionCodec Instance { get; } = new();

    /// <inheritdoc/>
    public string Name => "decision";

    /// <summary>Whether some bytes of a decision record are a recommendation's: other stages' begin with another byte.</summary>
    public static bool IsRecommendation(ReadOnlySpan<byte> body) => body is [>= FormatVersion and <= WithCandidatesAndModes, ..];

    /// <inheritdoc/>
    public void Write(Decision state, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(state);
        var writer = new StateWriter(output);
        var hasCandidates = state.Items.Any(static item => item.Candidates is not null);
        var hasModes = state.Mode != PolicyMode.Online || state.Shadow is not null;
        var hasPositions = hasModes || !state.Examination.IsEmpty || !state.Swaps.IsEmpty;
        writer.Byte((hasCandidates, hasPositions, hasModes) switch
        {
            (false, false, _) => FormatVersion,
            (true, false, _) => WithCandidates,
            (false, true, false) => WithPositions,
            (true, true, false) => WithCandidatesAndPositions,
            (false, true, true) => WithModes,
            (true, true, true) => WithCandidatesAndModes,
        });
        writer.Text(state.DecisionId);
        writer.Time(state.At);
        writer.Byte((byte)state.Arm);
        writer.Text(state.Experiment);
        writer.Text(state.Placement);
        writer.Byte((byte)state.Touchpoint);
        writer.UInt((ulong)state.PolicyVersion);
        writer.UInt((ulong)state.CatalogVersion);
        writer.UInt((ulong)state.FeatureVersion);
        WriteFeatures(writer, state.User.AsSpan());
        writer.UInt((ulong)state.Items.Length);
        foreach (var item in state.Items)
        {
            writer.Text(item.ItemId);
            WriteFeatures(writer, item.Features.AsSpan());
            writer.Single(item.Propensity);
            writer.Half(item.Score);
            if (hasCandidates)
            {
                writer.Bool(item.Candidates is not null);
                item.Candidates?.Write(writer);
            }
        }

        if (hasPositions)
        {
            writer.Bytes(state.Examination.AsSpan());
            writer.UInt((ulong)state.Swaps.Length);
            foreach (var swap in state.Swaps)
            {
                writer.Half(swap);
            }
        }

        if (hasModes)
        {
            writer.Byte((byte)state.Mode);
            writer.UInt((ulong)(state.Shadow?.Number ?? 0));
            writer.Singles(state.Shadow is { } shadow ? shadow.Propensities.AsSpan() : []);
        }
    }

    /// <summary>The bytes of a decision.</summary>
    public static byte[] Encode(Decision decision)
    {
        var output = t_output ??= new ArrayBufferWriter<byte>(1024);
        output.ResetWrittenCount();
        Instance.Write(decision, output);
        return output.WrittenSpan.ToArray();
    }

    /// <inheritdoc/>
    public Decision Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input);
        var version = RequireVersion(reader.Byte());
        var hasCandidates = HasCandidates(version);
        var id = reader.Text();
        var at = reader.Time();
        var arm = (RankingArm)reader.Byte();
        var experiment = reader.Text();
        var placement = reader.Text();
        var touchpoint = (Touchpoint)reader.Byte();
        var policyVersion = (long)reader.UInt();
        var catalogVersion = (long)reader.UInt();
        var featureVersion = checked((int)reader.UInt());
        var user = ReadFeatures(ref reader);
        var items = ImmutableArray.CreateBuilder<DecisionItem>(reader.Count(8));
        for (var left = items.Capacity; left > 0; left--)
        {
            var item = new DecisionItem(reader.Text(), ReadFeatures(ref reader), reader.Single(), reader.Half());
            items.Add(hasCandidates && reader.Bool() ? item with { Candidates = SlotCandidates.Read(ref reader) } : item);
        }

        return new Decision
        {
            DecisionId = id,
            At = at,
            Arm = arm,
            Experiment = experiment,
            Placement = placement,
            Touchpoint = touchpoint,
            PolicyVersion = policyVersion,
            CatalogVersion = catalogVersion,
            FeatureVersion = featureVersion,
            User = user,
            Items = items.MoveToImmutable(),
            Examination = HasPositions(version) ? [.. reader.Bytes()] : [],
            Swaps = HasPositions(version) ? ReadSwaps(ref reader) : [],
            Mode = HasModes(version) ? (PolicyMode)reader.Byte() : PolicyMode.Online,
            Shadow = HasModes(version) ? ReadShadow(ref reader) : null,
        };
    }

    /// <summary>When a decision was made, without making the rest of it: most are never asked about again.</summary>
    /// <exception cref="FormatException">The bytes are no decision that <see cref="Read"/> could read.</exception>
    public static DateTimeOffset ReadTime(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input);
        var version = RequireVersion(reader.Byte());
        var hasCandidates = HasCandidates(version);
        reader.Bytes();
        var at = reader.Time();
        reader.Byte();
        reader.Bytes();
        reader.Bytes();
        reader.Byte();
        reader.UInt();
        reader.UInt();
        _ = checked((int)reader.UInt());
        SkipFeatures(ref reader);
        for (var left = reader.Count(8); left > 0; left--)
        {
            reader.Bytes();
            SkipFeatures(ref reader);
            reader.Single();
            reader.Half();
            if (hasCandidates && reader.Bool())
            {
                SlotCandidates.Read(ref reader);
            }
        }

        if (HasPositions(version))
        {
            reader.Bytes();
            ReadSwaps(ref reader);
        }

        if (HasModes(version))
        {
            reader.Byte();
            ReadShadow(ref reader);
        }

        return at;
    }

    private static byte RequireVersion(byte version) => version is >= FormatVersion and <= WithCandidatesAndModes
        ? version
        : throw new FormatException(
            $"A decision of format {version}; this version reads {FormatVersion} to {WithCandidatesAndModes}.");

    private static bool HasCandidates(byte version) => version is WithCandidates or WithCandidatesAndPositions or WithCandidatesAndModes;

    private static bool HasPositions(byte version) => version >= WithPositions;

    private static bool HasModes(byte version) => version >= WithModes;

    private static DecisionShadow? ReadShadow(ref StateReader reader)
    {
        var number = checked((long)reader.UInt());
        var propensities = reader.Singles();
        foreach (var propensity in propensities)
        {
            if (propensity is not (>= 0 and <= 1))
            {
                throw new FormatException($"A shadow would have filled a slot with probability {propensity}; allowed: 0 to 1.");
            }
        }

        return number > 0 ? new DecisionShadow(number, ImmutableCollectionsMarshal.AsImmutableArray(propensities)) : null;
    }

    private static ImmutableArray<Half> ReadSwaps(ref StateReader reader)
    {
        var swaps = ImmutableArray.CreateBuilder<Half>(reader.Count(2));
        for (var left = swaps.Capacity; left > 0; left--)
        {
            var swap = reader.Half();
            swaps.Add(swap >= (Half)0 && swap <= (Half)1
                ? swap
                : throw new FormatException($"The other order of two slots has a share of {swap}; allowed: 0 to 1."));
        }

        return swaps.Count > 0 ? swaps.MoveToImmutable() : [];
    }

    private static void WriteFeatures(StateWriter writer, ReadOnlySpan<sbyte> features)
    {
        writer.UInt((ulong)features.Length);
        Span<byte> group = stackalloc byte[9];
        for (var first = 0; first < features.Length; first += 8)
        {
            var (present, length) = (0, 1);
            for (var i = 0; i < Math.Min(8, features.Length - first); i++)
            {
                // Written over by the next one where it is 0.
                var isPresent = features[first + i] != 0 ? 1 : 0;
                group[length] = (byte)features[first + i];
                length += isPresent;
                present |= isPresent << i;
            }

            group[0] = (byte)present;
            writer.Raw(group[..length]);
        }
    }

    private static int ReadLength(ref StateReader reader)
    {
        var length = reader.UInt();
        return length <= Policies.PolicyShape.MaxSide
            ? (int)length
            : throw new FormatException($"{length} features; at most {Policies.PolicyShape.MaxSide} are known.");
    }

    private static void SkipFeatures(ref StateReader reader)
    {
        for (var left = ReadLength(ref reader); left > 0; left -= 8)
        {
            var present = reader.Byte() & ((1 << Math.Min(8, left)) - 1);
            for (; present != 0; present &= present - 1)
            {
                reader.Byte();
            }
        }
    }

    private static ImmutableArray<sbyte> ReadFeatures(ref StateReader reader)
    {
        var length = ReadLength(ref reader);
        var features = ImmutableArray.CreateBuilder<sbyte>(length);
        for (var present = 0; features.Count < length; present >>= 1)
        {
            if (features.Count % 8 == 0)
            {
                present = reader.Byte();
            }

            features.Add((present & 1) != 0 ? (sbyte)reader.Byte() : (sbyte)0);
        }

        return features.MoveToImmutable();
    }
}
