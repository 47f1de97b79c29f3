using Grpc.Core;
using Personalization.Api.Errors;
using Personalization.Api.Ingestion;
using Personalization.Api.Tests.Fakes;

namespace Personalization.Api.Tests.Ingestion;

public sealed class EventStreamTests
{
    [Fact]
    public async Task Run_SlowLog_HasSeveralBatchesOnTheirWayAndRefusesBeyondTheCredits()
    {
        var door = new Door();
        var gate = new TaskCompletionSource();
        door.Log.Gate = gate.Task;
        var responses = new Written();

        // Everything up to the gate runs at once: when this returns, the third batch has been refused.
        var running = new EventStream(door.Opened, credits: 1000).RunAsync(new Sent([Batch(1), Batch(2), Batch(3)]), responses, TestContext.Token);
        Assert.Equal(2, door.Log.Appends);
        Assert.False(running.IsCompleted);
        gate.SetResult();
        var refusal = await Assert.ThrowsAsync<RpcException>(() => running);

        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
        Assert.Equal("CREDITS_EXCEEDED", RpcErrors.DetailsOf(refusal)!.Details[0].Unpack<Google.Rpc.ErrorInfo>().Reason);
        Assert.Equal([0, 1, 2], responses.All.Select(static r => r.AckSequence));
        Assert.All(responses.All, static r => Assert.Equal(1000, r.Credits));
        Assert.Equal(800, door.Log.Events.Count);
    }

    [Fact]
    public async Task Run_AcknowledgedEvents_GiveTheirCreditsBack()
    {
        var door = new Door();
        var responses = new Written();

        // A client that sends the next batch when it has seen the last one acknowledged never has more than 400 under way.
        var requests = new Sent([.. Enumerable.Range(1, 20).Select(Batch)], responses.Seen);
        await new EventStream(door.Opened, credits: 1000).RunAsync(requests, responses, TestContext.Token);

        Assert.Equal(21, responses.All.Count);
        Assert.Equal(8000, door.Log.Events.Count);
    }

    private static Wire.StreamEventsRequest Batch(int sequence)
    {
        var request = new Wire.StreamEventsRequest { Sequence = sequence };
        request.Events.Add(Enumerable.Range(0, 400).Select(e => Events.View($"{sequence}-{e}", user: $"user {e % 7} of {sequence}")));
        return request;
    }

    private sealed class Sent(Wire.StreamEventsRequest[] requests, SemaphoreSlim? patience = null) : IAsyncStreamReader<Wire.StreamEventsRequest>
    {
        private int _next = -1;

        public Wire.StreamEventsRequest Current => requests[_next];

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            await (patience?.WaitAsync(cancellationToken) ?? Task.CompletedTask);
            return ++_next < requests.Length;
        }
    }

    private sealed class Written : IServerStreamWriter<Wire.StreamEventsResponse>
    {
        public List<Wire.StreamEventsResponse> All { get; } = [];

        public SemaphoreSlim Seen { get; } = new(0);

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(Wire.StreamEventsResponse message)
        {
            All.Add(message);
            Seen.Release();
            return Task.CompletedTask;
        }

        public Task WriteAsync(Wire.StreamEventsResponse message, CancellationToken cancellationToken) => WriteAsync(message);
    }
}
