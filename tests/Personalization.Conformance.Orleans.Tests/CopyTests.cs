using System.Collections.Immutable;
using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Serialization;

namespace Personalization.Conformance.Orleans;

/// <summary>A message that may change.</summary>
[GenerateSerializer, Alias("conformance.message")]
public sealed class Message
{
    /// <summary>Crosses.</summary>
    [Id(0)]
    public string Text { get; set; } = "";

    /// <summary>Crosses.</summary>
    [Id(1)]
    public List<int> Numbers { get; set; } = [];

    /// <summary>Has no id: does not cross.</summary>
    [field: NonSerialized]
    public string Forgotten { get; set; } = "from the constructor";

    /// <summary>Crosses; may refer back.</summary>
    [Id(2)]
    public Message? Next { get; set; }

    /// <summary>Crosses, without a setter for others.</summary>
    [Id(3)]
    public int Stamp { get; private set; }

    /// <summary>Sets the stamp.</summary>
    public Message Stamped(int stamp)
    {
        Stamp = stamp;
        return this;
    }
}

/// <summary>A message that never changes.</summary>
[GenerateSerializer, Immutable]
public sealed class FrozenMessage
{
    /// <summary>Crosses.</summary>
    [Id(0)]
    public int[] Numbers { get; init; } = [];
}

/// <summary>A positional record.</summary>
[GenerateSerializer]
public sealed record Pair(string Left, int[] Right);

/// <summary>A base.</summary>
[GenerateSerializer]
public abstract class Shape
{
    /// <summary>Crosses.</summary>
    [Id(0)]
    public string Name { get; set; } = "";
}

/// <summary>One of its kinds.</summary>
[GenerateSerializer]
public sealed class Circle : Shape
{
    /// <summary>Crosses; the id is the kind's own.</summary>
    [Id(0)]
    public double Radius { get; set; }
}

/// <summary>Must not cross.</summary>
public sealed class Unmarked
{
    /// <summary>Does not cross.</summary>
    public int Number { get; set; }
}

/// <summary>Has a member that must not cross.</summary>
[GenerateSerializer]
public sealed class HoldsUnmarked
{
    /// <summary>Anything.</summary>
    [Id(0)]
    public object? Content { get; set; }
}

/// <summary>A struct without the attribute.</summary>
public struct PlainPoint
{
    /// <summary>A field.</summary>
    public int X;
}

/// <summary>Many kinds of values at once.</summary>
[GenerateSerializer]
public sealed class Everything
{
    /// <summary>A value.</summary>
    [Id(0)]
    public DateTimeOffset At { get; set; }

    /// <summary>A value.</summary>
    [Id(1)]
    public TimeSpan Span { get; set; }

    /// <summary>A value.</summary>
    [Id(2)]
    public Guid Guid { get; set; }

    /// <summary>A value.</summary>
    [Id(3)]
    public Uri? Uri { get; set; }

    /// <summary>A value.</summary>
    [Id(4)]
    public UInt128 Big { get; set; }

    /// <summary>A value.</summary>
    [Id(5)]
    public int? Maybe { get; set; }

    /// <summary>A value.</summary>
    [Id(6)]
    public (int A, string B) Tuple { get; set; }

    /// <summary>A value.</summary>
    [Id(7)]
    public DayOfWeek Day { get; set; }

    /// <summary>A collection.</summary>
    [Id(8)]
    public Dictionary<string, List<double>> Map { get; set; } = [];

    /// <summary>A collection.</summary>
    [Id(9)]
    public ImmutableArray<string> Words { get; set; }

    /// <summary>A collection.</summary>
    [Id(10)]
    public ImmutableDictionary<string, int> Counts { get; set; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>Bytes.</summary>
    [Id(11)]
    public ReadOnlyMemory<byte> Bytes { get; set; }

    /// <summary>An array of arrays.</summary>
    [Id(12)]
    public float[][] Matrix { get; set; } = [];

    /// <summary>Any of its kinds.</summary>
    [Id(13)]
    public Shape? Shape { get; set; }

    /// <summary>A list by its interface.</summary>
    [Id(14)]
    public IReadOnlyList<Pair> Pairs { get; set; } = new List<Pair>();

    /// <summary>A set that compares in its own way.</summary>
    [Id(15)]
    public HashSet<string> Tags { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A value.</summary>
    [Id(16)]
    public decimal Money { get; set; }

    /// <summary>An array of two dimensions.</summary>
    [Id(17)]
    public int[,] Grid { get; set; } = new int[0, 0];
}

/// <summary>Keeps and gives back what it gets.</summary>
public interface ICopyGrain : IGrainWithStringKey
{
    /// <summary>Keeps a message and gives it back.</summary>
    Task<Message> Keep(Message message);

    /// <summary>The message kept.</summary>
    Task<Message> Kept();

    /// <summary>Whether the message is the same as the one kept.</summary>
    Task<bool> IsKept([Immutable] Message message);

    /// <summary>Keeps what is promised not to change.</summary>
    Task KeepImmutable(Immutable<Message> message);

    /// <summary>What was kept, promised not to change.</summary>
    Task<Immutable<Message>> KeptImmutable();

    /// <summary>The same instance within a silo.</summary>
    Task<FrozenMessage> Frozen(FrozenMessage message);

    /// <summary>Gives it back.</summary>
    Task<Everything> Echo(Everything everything);

    /// <summary>Gives it back.</summary>
    Task<object> EchoObject(object value);

    /// <summary>Gives it back.</summary>
    Task<Pair> EchoPair(Pair pair);

    /// <summary>Whether both are one.</summary>
    Task<bool> AreOne(Message first, Message second);

    /// <summary>Whether elements of the list are one.</summary>
    Task<bool> HasTwins(List<Message> messages);

    /// <summary>More arguments than a tuple holds.</summary>
    Task<string> Many(int a, string b, long c, double d, Guid e, string f, int[] g, string h, byte i, string j, string k, CancellationToken token);

    /// <summary>Changes an array it got, and gives the first element.</summary>
    ValueTask<int> Change(int[] numbers);
}

/// <summary>Mentions what must not cross.</summary>
public interface IUnmarkedArgumentGrain : IGrainWithStringKey
{
    /// <summary>Takes what must not cross.</summary>
    Task Take(Unmarked unmarked);

    /// <summary>Does nothing.</summary>
    Task Nothing();
}

/// <inheritdoc cref="IUnmarkedArgumentGrain" />
[PreferLocalPlacement]
public sealed class UnmarkedArgumentGrain : Grain, IUnmarkedArgumentGrain
{
    /// <inheritdoc />
    public Task Take(Unmarked unmarked) => Task.CompletedTask;

    /// <inheritdoc />
    public Task Nothing() => Task.CompletedTask;
}

/// <summary>Mentions what must not cross.</summary>
public interface IUnmarkedResultGrain : IGrainWithStringKey
{
    /// <summary>Gives what must not cross.</summary>
    Task<Unmarked> Give();

    /// <summary>Does nothing.</summary>
    Task Nothing();
}

/// <inheritdoc cref="IUnmarkedResultGrain" />
[PreferLocalPlacement]
public sealed class UnmarkedResultGrain : Grain, IUnmarkedResultGrain
{
    /// <inheritdoc />
    public Task<Unmarked> Give() => Task.FromResult(new Unmarked());

    /// <inheritdoc />
    public Task Nothing() => Task.CompletedTask;
}

/// <summary>Takes a struct without the attribute.</summary>
public interface IPlainStructGrain : IGrainWithStringKey
{
    /// <summary>Takes a struct without the attribute.</summary>
    Task<int> TakePoint(PlainPoint point);
}

/// <inheritdoc cref="IPlainStructGrain" />
[PreferLocalPlacement]
public sealed class PlainStructGrain : Grain, IPlainStructGrain
{
    /// <inheritdoc />
    public Task<int> TakePoint(PlainPoint point) => Task.FromResult(point.X);
}

/// <inheritdoc cref="ICopyGrain" />
[PreferLocalPlacement]
public sealed class CopyGrain : Grain, ICopyGrain
{
    private Message _kept = new();

    /// <inheritdoc />
    public Task<Message> Keep(Message message)
    {
        _kept = message;
        return Task.FromResult(message);
    }

    /// <inheritdoc />
    public Task<Message> Kept() => Task.FromResult(_kept);

    /// <inheritdoc />
    public Task<bool> IsKept(Message message) => Task.FromResult(ReferenceEquals(message, _kept));

    /// <inheritdoc />
    public Task KeepImmutable(Immutable<Message> message)
    {
        _kept = message.Value;
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task<Immutable<Message>> KeptImmutable() => Task.FromResult(_kept.AsImmutable());

    /// <inheritdoc />
    public Task<FrozenMessage> Frozen(FrozenMessage message) => Task.FromResult(message);

    /// <inheritdoc />
    public Task<Everything> Echo(Everything everything) => Task.FromResult(everything);

    /// <inheritdoc />
    public Task<object> EchoObject(object value) => Task.FromResult(value);

    /// <inheritdoc />
    public Task<Pair> EchoPair(Pair pair) => Task.FromResult(pair);

    /// <inheritdoc />
    public Task<bool> AreOne(Message first, Message second) => Task.FromResult(ReferenceEquals(first, second));

    /// <inheritdoc />
    public Task<bool> HasTwins(List<Message> messages) => Task.FromResult(ReferenceEquals(messages[0], messages[^1]));

    /// <inheritdoc />
    public Task<string> Many(int a, string b, long c, double d, Guid e, string f, int[] g, string h, byte i, string j, string k, CancellationToken token) =>
        Task.FromResult(FormattableString.Invariant($"{a}{b}{c}{d}{e != Guid.Empty}{f}{g[0]}{h}{i}{j}{k}"));

    /// <inheritdoc />
    public ValueTask<int> Change(int[] numbers)
    {
        numbers[0]++;
        return new(numbers[0]);
    }
}

/// <summary>What crosses a grain boundary is a copy, unless it is immutable; what is not marked does not cross.</summary>
[Collection(ClusterFixture.Name)]
public sealed class CopyTests(ClusterFixture fixture)
{
    public static TheoryData<bool> Sides => [true, false];

    [Theory, MemberData(nameof(Sides))]
    public async Task Argument_ChangedAfterTheCall_IsNotChangedAtTheGrain(bool local)
    {
        var grain = Grain(local);
        var message = new Message { Text = "before", Numbers = [1] }.Stamped(7);
        await grain.Keep(message);
        message.Text = "after";
        message.Numbers.Add(2);
        var kept = await grain.Kept();
        Assert.Equal("before", kept.Text);
        Assert.Equal([1], kept.Numbers);
        Assert.Equal(7, kept.Stamp);
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task Result_ChangedByTheCaller_IsNotChangedAtTheGrain(bool local)
    {
        var grain = Grain(local);
        var result = await grain.Keep(new Message { Text = "grain's" });
        result.Text = "caller's";
        Assert.Equal("grain's", (await grain.Kept()).Text);
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task Array_ChangedByTheGrain_IsNotChangedAtTheCaller(bool local)
    {
        int[] numbers = [1, 2];
        Assert.Equal(2, await Grain(local).Change(numbers));
        Assert.Equal(1, numbers[0]);
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task Member_WithoutId_DoesNotCross(bool local) =>
        Assert.Equal("from the constructor", (await Grain(local).Keep(new Message { Forgotten = "set" })).Forgotten);

    [Fact]
    public async Task ImmutableParameter_WithinASilo_IsTheSameInstance()
    {
        var grain = Grain(local: true);
        var message = new Message();
        await grain.KeepImmutable(message.AsImmutable());
        Assert.True(await grain.IsKept(message));
        Assert.Same(message, (await grain.KeptImmutable()).Value);
    }

    [Fact]
    public async Task ImmutableParameter_FromAClient_IsACopy()
    {
        var grain = Grain(local: false);
        var message = new Message { Text = "copied" };
        await grain.KeepImmutable(message.AsImmutable());
        Assert.False(await grain.IsKept(message));
        Assert.Equal("copied", (await grain.Kept()).Text);
    }

    [Fact]
    public async Task ImmutableType_WithinASilo_IsTheSameInstance()
    {
        var message = new FrozenMessage { Numbers = [1] };
        Assert.Same(message, await Grain(local: true).Frozen(message));
    }

    [Fact]
    public async Task ImmutableType_FromAClient_IsACopy()
    {
        var message = new FrozenMessage { Numbers = [1] };
        var copy = await Grain(local: false).Frozen(message);
        Assert.NotSame(message, copy);
        Assert.Equal([1], copy.Numbers);
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task References_ToOneInstance_StayReferencesToOne(bool local)
    {
        var grain = Grain(local);
        var one = new Message();
        Assert.True(await grain.HasTwins([one, new Message(), one]));
        one.Next = one;
        var copy = await grain.Keep(one);
        Assert.Same(copy, copy.Next);
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task Values_OfManyKinds_Cross(bool local)
    {
        var everything = new Everything
        {
            At = new DateTimeOffset(2024, 2, 29, 12, 0, 0, TimeSpan.FromHours(2)),
            Span = TimeSpan.FromTicks(12345),
            Guid = Guid.NewGuid(),
            Uri = new Uri("https://example.org/a?b=c"),
            Big = UInt128.MaxValue,
            Maybe = 5,
            Tuple = (1, "b"),
            Day = DayOfWeek.Friday,
            Map = new() { ["a"] = [1.5] },
            Words = ["x", "y"],
            Counts = ImmutableDictionary<string, int>.Empty.Add("k", 1),
            Bytes = new byte[] { 1, 2, 3 },
            Matrix = [[1f], [2f, 3f]],
            Shape = new Circle { Name = "c", Radius = 2 },
            Pairs = new List<Pair> { new("l", [1]) },
            Tags = new(StringComparer.OrdinalIgnoreCase) { "Tag" },
            Money = 12.34m,
            Grid = new[,] { { 1, 2 }, { 3, 4 } },
        };
        var copy = await Grain(local).Echo(everything);
        Assert.NotSame(everything, copy);
        Assert.Equal(everything.At, copy.At);
        Assert.Equal(everything.At.Offset, copy.At.Offset);
        Assert.Equal(everything.Span, copy.Span);
        Assert.Equal(everything.Guid, copy.Guid);
        Assert.Equal(everything.Uri, copy.Uri);
        Assert.Equal(everything.Big, copy.Big);
        Assert.Equal(everything.Maybe, copy.Maybe);
        Assert.Equal(everything.Tuple, copy.Tuple);
        Assert.Equal(everything.Day, copy.Day);
        Assert.Equal(everything.Map["a"], copy.Map["a"]);
        Assert.Equal(everything.Words.AsEnumerable(), copy.Words);
        Assert.Equal(1, copy.Counts["k"]);
        Assert.Equal(everything.Bytes.ToArray(), copy.Bytes.ToArray());
        Assert.Equal(3f, copy.Matrix[1][1]);
        Assert.Equal(2, Assert.IsType<Circle>(copy.Shape).Radius);
        Assert.Equal("c", copy.Shape.Name);
        Assert.Equal("l", copy.Pairs[0].Left);
        Assert.NotSame(everything.Pairs[0].Right, copy.Pairs[0].Right);
        Assert.Contains("tAG", copy.Tags);
        Assert.Equal(12.34m, copy.Money);
        Assert.Equal(4, copy.Grid[1, 1]);
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task Object_ByItsRuntimeType_IsCopied(bool local)
    {
        var grain = Grain(local);
        Assert.Equal("text", await grain.EchoObject("text"));
        Assert.Equal(5, await grain.EchoObject(5));
        var list = new List<string> { "a" };
        Assert.NotSame(list, await grain.EchoObject(list));
        Assert.Equal(list, await grain.EchoObject(list));
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task PositionalRecord_WithoutIds_Crosses(bool local)
    {
        var pair = await Grain(local).EchoPair(new("left", [1, 2]));
        Assert.Equal("left", pair.Left);
        Assert.Equal([1, 2], pair.Right);
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task UnmarkedArgument_MakesItsWholeInterfaceUnusable(bool local)
    {
        var exception = await Assert.ThrowsAnyAsync<Exception>(async () => await Factory(local).GetGrain<IUnmarkedArgumentGrain>("x").Nothing());
        Assert.Contains(nameof(Unmarked), FindCodecError(exception).Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task UnmarkedResult_IsRefused(bool local)
    {
        var grain = Factory(local).GetGrain<IUnmarkedResultGrain>(ClusterFixture.NewKey());
        await grain.Nothing();
        var exception = await Assert.ThrowsAnyAsync<Exception>(grain.Give);
        Assert.Contains(nameof(Unmarked), FindCodecError(exception).Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task UnmarkedObject_WithinAnother_IsRefused(bool local)
    {
        var exception = await Assert.ThrowsAnyAsync<Exception>(() => Grain(local).EchoObject(new HoldsUnmarked { Content = new Unmarked() }));
        Assert.Contains(nameof(Unmarked), FindCodecError(exception).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlainStruct_WithinASilo_NeedsNoMark() => Assert.Equal(3, await Factory(local: true).GetGrain<IPlainStructGrain>(ClusterFixture.NewKey()).TakePoint(new PlainPoint { X = 3 }));

    [Fact]
    public async Task PlainStruct_FromAClient_IsRefused()
    {
        var exception = await Assert.ThrowsAnyAsync<Exception>(() => Factory(local: false).GetGrain<IPlainStructGrain>(ClusterFixture.NewKey()).TakePoint(new PlainPoint { X = 3 }));
        FindCodecError(exception);
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task ManyArguments_AndAToken_Arrive(bool local) =>
        Assert.Equal("1b24.5Truef6h7jk", await Grain(local).Many(1, "b", 2, 4.5, Guid.NewGuid(), "f", [6], "h", 7, "j", "k", default));

    private static CodecNotFoundException FindCodecError(Exception exception)
    {
        for (Exception? e = exception; e is not null; e = e.InnerException)
        {
            if (e is CodecNotFoundException found)
            {
                return found;
            }
        }

        throw new Xunit.Sdk.XunitException($"Expected a {nameof(CodecNotFoundException)}, got: {exception}");
    }

    private IGrainFactory Factory(bool local) => local ? fixture.Silo : fixture.Client;

    private ICopyGrain Grain(bool local) => Factory(local).GetGrain<ICopyGrain>(ClusterFixture.NewKey());
}
