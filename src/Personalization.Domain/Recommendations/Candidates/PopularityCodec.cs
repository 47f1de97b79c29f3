using System.Buffers;
using Personalization.Domain.Serialization;
using Personalization.Domain.Statistics;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>How <see cref="Popularity"/> is stored.</summary>
public sealed class PopularityCodec : IStateCodec<Popularity>
{
    private const byte FormatVersion = 1;

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
        writer.UInt((ulong)state.Version);
        state.Offsets.Write(writer);
        writer.UInt(ShopperSegments.Count);
        writer.UInt((ulong)state.Items.Count);
        foreach (var (id, counts) in state.Items)
        {
            writer.Text(id);
            writer.Double(counts.Short);
            writer.UInt((ulong)counts.ChangedIn);
            writer.Bool(counts.WasTrending);
            foreach (var weight in counts.Long)
            {
                writer.Double(weight);
            }
        }
    }

    /// <inheritdoc/>
    public Popularity Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input);
        if (reader.Byte() is var version && version != FormatVersion)
        {
            throw new FormatException($"Popularity of format {version}; this version reads {FormatVersion}.");
        }

        var longRun = new ForwardDecay(Popularity.LongHalfLife / Math.Log(2), reader.Int());
        var shortRun = new ForwardDecay(Popularity.ShortHalfLife / Math.Log(2), reader.Int());
        var stateVersion = (long)reader.UInt();
        var state = new Popularity(AppliedOffsets.Read(ref reader), stateVersion, longRun, shortRun);
        var segments = reader.Count();
        if (segments > ShopperSegments.Count)
        {
            throw new FormatException($"{segments} segments are stored and {ShopperSegments.Count} are known.");
        }

        for (var left = reader.Count(8); left > 0; left--)
        {
            var id = reader.Text();
            var counts = new Popularity.Counts { Short = reader.Double(), ChangedIn = (long)reader.UInt(), WasTrending = reader.Bool() };
            for (var i = 0; i < segments; i++)
            {
                counts.Long[i] = reader.Double();
            }

            state.Restore(id, counts);
        }

        return state;
    }
}
