using System.Buffers;
using Personalization.Domain.Serialization;
using Personalization.Domain.Statistics;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>How <see cref="Popularity"/> is stored.</summary>
public sealed class PopularityCodec : IStateCodec<Popularity>
{
    /// <summary>Stored before it was counted after how long products are bought again: that begins empty.</summary>
    private const byte WithoutRhythm = 1;

    private const byte FormatVersion = 2;

    /// <inheritdoc/>
    public string Name => "popularity";

    /// <inheritdoc/>
    public void Write(Popularity state, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(state);
        var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Int(state.LongRun.Landmark);
        writer.Int(state.ShortRun.Landmark);
        writer.Int(state.Rhythm.Landmark);
        writer.UInt((ulong)state.Version);
        state.Offsets.Write(writer);
        writer.UInt(ShopperSegments.Count);
        writer.UInt((ulong)state.Items.Count);
        foreach (var (id, counts) in state.Items)
        {
            writer.Text(id);
            writer.Double(counts.Short);
            writer.UInt((ulong)counts.ChangedIn);
            writer.Bool(counts.ToldTrend > 0);
            foreach (var weight in counts.Long)
            {
                writer.Double(weight);
            }

            var (purchases, repeats, logDays, squared) = counts.Rhythm;
            writer.Double(purchases);
            if (purchases > 0)
            {
                writer.Double(repeats);
                writer.Double(logDays);
                writer.Double(squared);
            }
        }
    }

    /// <inheritdoc/>
    public Popularity Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input);
        var version = StateCheck.Version(ref reader, FormatVersion, "state of popularity");

        var longRun = new ForwardDecay(Popularity.LongHalfLife / Math.Log(2), reader.Int());
        var shortRun = new ForwardDecay(Popularity.ShortHalfLife / Math.Log(2), reader.Int());
        var rhythm = new ForwardDecay(Popularity.RhythmHalfLife / Math.Log(2), version == WithoutRhythm ? long.MinValue : reader.Int());
        var stateVersion = (long)reader.UInt();
        var state = new Popularity(AppliedOffsets.Read(ref reader), stateVersion, longRun, shortRun, rhythm);
        var segments = reader.Count();
        if (segments > ShopperSegments.Count)
        {
            throw new FormatException($"{segments} segments are stored and {ShopperSegments.Count} are known.");
        }

        for (var left = reader.Count(8); left > 0; left--)
        {
            var id = reader.Text();
            var counts = new Popularity.Counts { Short = reader.Double(), ChangedIn = (long)reader.UInt() };

            // What exactly readers were told is not stored: one that trended is told once more.
            (counts.ToldTrend, counts.ToldIn) = (reader.Bool() ? 1 : 0, counts.ChangedIn);
            for (var i = 0; i < segments; i++)
            {
                counts.Long[i] = reader.Double();
            }

            if (version != WithoutRhythm && reader.Double() is > 0 and var purchases)
            {
                counts.Rhythm = new PurchaseRhythm(purchases, reader.Double(), reader.Double(), reader.Double());
            }

            state.Restore(id, counts);
        }

        return state;
    }
}
