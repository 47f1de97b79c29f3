using Personalization.Storage.Sqlite.Internal;

namespace Personalization.StorageContract.Tests.Sqlite;

public class WriteQueueTests
{
    private static readonly TimeSpan s_forever = Timeout.InfiniteTimeSpan;

    private readonly List<WriteOperation> _batch = [];

    [Fact]
    public void Take_OnlyWhatNobodyWaitsFor_WaitsForCompanyAndKeepsTheOrder()
    {
        var queue = new WriteQueue(s_forever);
        WriteOperation first = new Write(isPatient: true), second = new Write(isPatient: true), third = new Write(isPatient: false);
        queue.Enqueue(first, isAppend: true);
        queue.Enqueue(second, isAppend: true);
        var taking = StartTaking(queue);
        WaitUntilIdle(taking);

        queue.Enqueue(third, isAppend: true);
        taking.Join();

        Assert.Equal([first, second, third], _batch);
    }

    [Fact]
    public void Take_WhatNobodyWaitsForAndAStateBehindIt_GoTogether()
    {
        var queue = new WriteQueue(s_forever);
        var taking = StartTaking(queue);
        WriteOperation decision = new Write(isPatient: true), state = new Write(isPatient: false);
        queue.Enqueue(decision, isAppend: true);
        WaitUntilIdle(taking);

        queue.Enqueue(state, isAppend: false);
        taking.Join();

        Assert.Equal([decision, state], _batch);
    }

    [Fact]
    public void Take_PatienceIsOver_TakesWhatNobodyWaitsFor()
    {
        var queue = new WriteQueue(TimeSpan.FromMilliseconds(1));
        WriteOperation alone = new Write(isPatient: true);
        queue.Enqueue(alone, isAppend: true);

        Assert.True(queue.Take(_batch));
        Assert.Equal([alone], _batch);
    }

    [Fact]
    public void Take_MoreThanATransactionHolds_TheRestDoesNotWaitAgain()
    {
        var queue = new WriteQueue(s_forever);
        WriteOperation large = new Write(isPatient: false, weight: int.MaxValue), rest = new Write(isPatient: true);
        queue.Enqueue(large, isAppend: true);
        queue.Enqueue(rest, isAppend: true);

        Assert.True(queue.Take(_batch));
        Assert.Equal([large], _batch);
        Assert.True(queue.Take(_batch));
        Assert.Equal([rest], _batch);
    }

    [Fact]
    public void Close_SomethingWaitsForCompany_IsTakenAndThenNothing()
    {
        var queue = new WriteQueue(s_forever);
        WriteOperation last = new Write(isPatient: true);
        queue.Enqueue(last, isAppend: true);
        var taking = StartTaking(queue);
        WaitUntilIdle(taking);

        queue.Close();
        taking.Join();

        Assert.Equal([last], _batch);
        Assert.False(queue.Take(_batch));
        Assert.Throws<ObjectDisposedException>(() => queue.Enqueue(last, isAppend: true));
    }

    private Thread StartTaking(WriteQueue queue)
    {
        var thread = new Thread(() => queue.Take(_batch)) { IsBackground = true };
        thread.Start();
        return thread;
    }

    /// <summary>Returns when the thread waits, or has ended without waiting.</summary>
    private static void WaitUntilIdle(Thread thread) =>
        Assert.True(SpinWait.SpinUntil(() => (thread.ThreadState & (ThreadState.WaitSleepJoin | ThreadState.Stopped)) != 0, TimeSpan.FromSeconds(30)));

    private sealed class Write(bool isPatient, int weight = 1) : WriteOperation
    {
        public override int Weight => weight;

        public override bool IsPatient => isPatient;

        public override void Execute(Database database)
        {
        }

        public override void Complete()
        {
        }

        public override void Fail(Exception error)
        {
        }
    }
}
