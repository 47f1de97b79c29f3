using Personalization.Domain.Ingestion;
using Personalization.Host.Configuration;
using Personalization.Host.Ingestion;

namespace Personalization.Host.Tests;

/// <summary>What of the event log may go: what is old, checkpointed, and of no use to the dedup window.</summary>
public sealed class RetentionTests
{
    private static readonly DateTimeOffset s_start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1000, 0, 400, 399)]
    [InlineData(1000, 0, 2000, 1000)]
    [InlineData(250, 0, 400, 250)]
    [InlineData(1000, 700, 400, 300)]
    [InlineData(1000, 1000, 400, 0)]
    [InlineData(1000, 0, 0, 0)]
    public async Task TrimAsync_GoesAsFarAsAgeCheckpointAndDedupWindowAllow(int checkpoint, int dedup, int beforeMinute, long expected)
    {
        var log = new MinuteLog(1000);
        var trimmer = new EventLogTrimmer(log, log, dedup);
        var before = s_start.AddMinutes(beforeMinute);
        Assert.Equal(0, await trimmer.TrimAsync(0, checkpoint, before, CancellationToken.None));
        Assert.Equal(0, log.TrimmedTo);
        Assert.Equal(expected, await trimmer.TrimAsync(0, checkpoint, before, CancellationToken.None));
        Assert.Equal(expected, log.TrimmedTo);
        Assert.Equal(0, await trimmer.TrimAsync(0, checkpoint, before, CancellationToken.None));
    }

    [Fact]
    public async Task TrimAsync_OfRecordsThatWereErased_GoesByTheirNeighbours()
    {
        var log = new MinuteLog(1000, static offset => offset is > 100 and < 390);
        var trimmer = new EventLogTrimmer(log, log, 0);
        await trimmer.TrimAsync(0, 1000, s_start.AddMinutes(400), CancellationToken.None);
        Assert.Equal(399, await trimmer.TrimAsync(0, 1000, s_start.AddMinutes(400), CancellationToken.None));
    }

    [Theory]
    [InlineData("00:30:00", "180.00:00:00", "01:00:00", "Retention:EventAge is 00:30:00")]
    [InlineData("90.00:00:00", "-01:00:00", "01:00:00", "Retention:DecisionAge is -01:00:00")]
    [InlineData("00:00:00", "00:00:00", "00:00:01", "Retention:Interval is 00:00:01")]
    public void Validate_OutOfRange_SaysWhichAndWhatIsAllowed(string events, string decisions, string interval, string message)
    {
        var result = new RetentionOptionsValidator().Validate(null, new RetentionOptions
        {
            EventAge = Span(events), DecisionAge = Span(decisions), Interval = Span(interval),
        });
        Assert.StartsWith(message, Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    private static TimeSpan Span(string text) => TimeSpan.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A partition with a record a minute; the record at offset n was received in minute n.</summary>
    private sealed class MinuteLog(int count, Func<long, bool>? isErased = null) : IEventLog, IEventLogRetention
    {
        public long TrimmedTo { get; private set; }

        public int PartitionCount => 1;

        public int PendingAppends => 0;

        public long Tail(int partition) => count;

        public ValueTask<IReadOnlyList<LogRecord>> ReadAsync(int partition, long afterOffset, int maxRecords, CancellationToken cancellationToken)
        {
            Assert.InRange(maxRecords, 1, count);
            var first = Math.Max(afterOffset, TrimmedTo) + 1;
            var length = (int)Math.Clamp(count - first + 1, 0, maxRecords);
            return ValueTask.FromResult<IReadOnlyList<LogRecord>>([.. Enumerable.Range(0, length).Select(i => Record(first + i))]);
        }

        public ValueTask<long> TrimAsync(int partition, long belowOffset, CancellationToken cancellationToken)
        {
            TrimmedTo = belowOffset - 1;
            return ValueTask.FromResult(TrimmedTo);
        }

        public ValueTask<AppendResult[]> AppendAsync(IReadOnlyList<LogEntry> entries, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public IDisposable Subscribe(Action<int, long> onAppended) => throw new NotSupportedException();

        private LogRecord Record(long offset)
        {
            var user = UserKey.Known("u");
            if (isErased?.Invoke(offset) == true)
            {
                return new LogRecord(offset, user, default);
            }

            var at = s_start.AddMinutes(offset);
            var source = new ShopperEvent
            {
                EventId = $"e-{offset}", OccurredAt = at, ReceivedAt = at, User = user, Payload = new UserDeletedPayload(),
            };
            return new LogRecord(offset, user, EventCodec.Encode(source, out _));
        }
    }
}
