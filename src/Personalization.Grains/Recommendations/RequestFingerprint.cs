using System.Buffers;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Serialization;
using Personalization.Grains.Interventions;
using StableHash = Personalization.Domain.Ingestion.StableHash;

namespace Personalization.Grains.Recommendations;

/// <summary>Tells a retry of a request from another request under the same id.</summary>
internal static class RequestFingerprint
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_buffer;

    public static ulong Of(RecommendCommand command)
    {
        if (command.RequestId.Length == 0)
        {
            return 0;
        }

        var output = Buffer();
        var writer = new StateWriter(output);
        writer.Text(command.Placement);
        writer.Int(command.PageSize);
        Write(writer, command.Context);
        Write(writer, command.SeedProductIds);
        Write(writer, command.ExcludedProductIds);
        Write(writer, command.Brands);
        Write(writer, command.Categories);
        writer.Double(command.MinPrice ?? double.NaN);
        writer.Double(command.MaxPrice ?? double.NaN);
        writer.Bool(command.InStockOnly);
        writer.Single(command.Diversity);
        writer.Bool(command.Explain);
        writer.Byte(command.AllowRepurchase switch { null => 0, false => 1, true => 2 });
        writer.UInt((ulong)command.Rules.Length);
        foreach (var rule in command.Rules)
        {
            writer.Text(rule.ProductId);
            writer.Byte((byte)rule.Kind);
            writer.Text(rule.Name);
            writer.Double(rule.Boost);
        }

        writer.Bool(command.Candidates is not null);
        Write(writer, command.Candidates ?? []);
        writer.Doubles(command.OfflineScores);
        return StableHash.Of(output.WrittenSpan);
    }

    public static ulong Of(DecideCommand command)
    {
        if (command.RequestId.Length == 0)
        {
            return 0;
        }

        var output = Buffer();
        var writer = new StateWriter(output);
        writer.Byte((byte)command.Touchpoint);
        writer.UInt((ulong)command.Cart.Length);
        foreach (var line in command.Cart)
        {
            writer.Text(line.ProductId);
            writer.Int(line.Quantity);
            writer.Decimal(line.UnitPrice ?? -1);
        }

        Write(writer, command.Context);
        writer.UInt((ulong)command.AllowedActions.Length);
        foreach (var action in command.AllowedActions)
        {
            writer.Int(action);
        }

        return StableHash.Of(output.WrittenSpan);
    }

    private static ArrayBufferWriter<byte> Buffer()
    {
        var output = t_buffer ??= new ArrayBufferWriter<byte>(1024);
        output.ResetWrittenCount();
        return output;
    }

    private static void Write(StateWriter writer, string[] texts)
    {
        writer.UInt((ulong)texts.Length);
        foreach (var text in texts)
        {
            writer.Text(text);
        }
    }

    private static void Write(StateWriter writer, ContextEntry[] context)
    {
        writer.UInt((ulong)context.Length);
        foreach (var entry in context)
        {
            writer.Text(entry.Key);
            writer.Byte((byte)entry.Kind);
            writer.Text(entry.Text ?? string.Empty);
            writer.Double(entry.Number);
        }
    }
}
