using System.Buffers;
using Microsoft.Extensions.DependencyInjection;
using Personalization.Domain.Serialization;
using Personalization.Storage.Serialization;

namespace Personalization.StorageContract.Tests.Contract;

/// <summary>A state to store.</summary>
public sealed class CounterState
{
    public long Count { get; set; }

    public string Note { get; set; } = string.Empty;
}

/// <summary>A state that nobody wrote a codec for.</summary>
public sealed class UnknownState;

/// <summary>A state whose codec has taken the name of another.</summary>
public sealed class ImpostorState;

/// <summary>How <see cref="CounterState"/> is stored.</summary>
public sealed class CounterStateCodec : IStateCodec<CounterState>
{
    public string Name => "test.counter";

    public void Write(CounterState state, IBufferWriter<byte> output)
    {
        var writer = new StateWriter(output);
        writer.Byte(1);
        writer.Int(state.Count);
        writer.Text(state.Note);
    }

    public CounterState Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input);
        return reader.Byte() == 1
            ? new CounterState { Count = reader.Int(), Note = reader.Text() }
            : throw new FormatException("not version 1");
    }
}

/// <summary>A codec with a name that is taken.</summary>
public sealed class ImpostorStateCodec : IStateCodec<ImpostorState>
{
    public string Name => "test.counter";

    public void Write(ImpostorState state, IBufferWriter<byte> output) => new StateWriter(output).Byte(1);

    public ImpostorState Read(ReadOnlySpan<byte> input) => new();
}

internal static class CounterStates
{
    public static StateCodecs Codecs() => new(new ServiceCollection()
        .AddSingleton<IStateCodec<CounterState>, CounterStateCodec>()
        .AddSingleton<IStateCodec<ImpostorState>, ImpostorStateCodec>()
        .BuildServiceProvider());
}
