using System.Buffers;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Interventions;

/// <summary>
/// What became of interventions, by action and context: the state of its one owner. Lessons count exactly once.
/// </summary>
/// <remarks>Within a context actions are drawn with known probabilities from the same shoppers, so rates compare like with like.</remarks>
public sealed class InterventionStatistics
{
    internal const int Cells = InterventionActions.Count * InterventionContext.Count;
    private readonly double[] _shown;
    private readonly double[] _converted;

    /// <summary>Nothing learned yet.</summary>
    public InterventionStatistics()
        : this(new double[Cells], new double[Cells], new AppliedOffsets())
    {
    }

    internal InterventionStatistics(double[] shown, double[] converted, AppliedOffsets offsets)
    {
        _shown = shown;
        _converted = converted;
        Offsets = offsets;
    }

    /// <summary>How far into each partition it has learned.</summary>
    public AppliedOffsets Offsets { get; }

    /// <summary>Grows with every batch that taught something.</summary>
    public long Version { get; internal set; }

    /// <summary>The day, counted from 0001-01-01 UTC, that <see cref="SpentToday"/> is of.</summary>
    public int Day { get; internal set; }

    /// <summary>What perks and discounts have cost on <see cref="Day"/>.</summary>
    public double SpentToday { get; internal set; }

    internal ReadOnlySpan<double> Shown => _shown;

    internal ReadOnlySpan<double> Converted => _converted;

    /// <summary>Learns what is new in a batch.</summary>
    /// <param name="partition">The partition that it stems from.</param>
    /// <param name="after">The offset before the batch.</param>
    /// <param name="through">The batch's last offset.</param>
    /// <param name="lessons">The lessons, each with its own offset.</param>
    public BatchOutcome Apply(int partition, long after, long through, ReadOnlySpan<InterventionLesson> lessons)
    {
        var outcome = Offsets.Advance(partition, after, through, out var applied);
        if (outcome is BatchOutcome.Applied or BatchOutcome.AppliedInPart)
        {
            foreach (ref readonly var lesson in lessons)
            {
                if (lesson.Offset > applied)
                {
                    Learn(in lesson);
                }
            }

            Version++;
        }

        return outcome;
    }

    /// <summary>A picture for readers.</summary>
    public InterventionModel ToModel() => new([.. _shown], [.. _converted], Version, Day, SpentToday);

    private void Learn(in InterventionLesson lesson)
    {
        var cell = CellOf(lesson.Action, lesson.Context);
        _shown[cell] += lesson.Shown;
        _converted[cell] += lesson.Converted;
        if (lesson.Day > Day)
        {
            Day = lesson.Day;
            SpentToday = 0;
        }

        SpentToday += lesson.Day == Day ? lesson.Cost : 0;
    }

    internal static int CellOf(InterventionAction action, InterventionContext context) =>
        (action.Index() * InterventionContext.Count) + context.Number;
}

/// <summary>One lesson: what one outcome, or a change of one, adds.</summary>
/// <param name="Offset">The offset of the event that taught it.</param>
/// <param name="Action">What had been done.</param>
/// <param name="Context">In which situation.</param>
/// <param name="Shown">1 for the first word on a decision, 0 for a change of it.</param>
/// <param name="Converted">1 when the shopper bought, −1 when that is taken back, 0 otherwise.</param>
/// <param name="Cost">What it cost.</param>
/// <param name="Day">The day of the outcome, counted from 0001-01-01 UTC.</param>
public readonly record struct InterventionLesson(
    long Offset, InterventionAction Action, InterventionContext Context, sbyte Shown, sbyte Converted, double Cost, int Day)
{
    /// <summary>Writes the lesson.</summary>
    public void Write(StateWriter writer)
    {
        writer.Int(Offset);
        writer.Byte((byte)Action);
        writer.Byte(Context.Number);
        writer.Int(Shown);
        writer.Int(Converted);
        writer.Double(Cost);
        writer.Int(Day);
    }

    /// <summary>Reads a lesson.</summary>
    public static InterventionLesson Read(ref StateReader reader) => new(
        reader.Int(), (InterventionAction)reader.Byte(), InterventionContext.OfNumber(reader.Byte()),
        checked((sbyte)reader.Int()), checked((sbyte)reader.Int()), reader.Double(), checked((int)reader.Int()));
}

/// <summary>How the statistics are stored.</summary>
public sealed class InterventionStatisticsCodec : IStateCodec<InterventionStatistics>
{
    private const byte Format = 1;

    /// <inheritdoc/>
    public string Name => "intervention-statistics";

    /// <inheritdoc/>
    public void Write(InterventionStatistics state, IBufferWriter<byte> output)
    {
        var writer = new StateWriter(output);
        writer.Byte(Format);
        writer.Int(state.Version);
        writer.Int(state.Day);
        writer.Double(state.SpentToday);
        state.Offsets.Write(writer);
        for (var cell = 0; cell < InterventionStatistics.Cells; cell++)
        {
            writer.Double(state.Shown[cell]);
            writer.Double(state.Converted[cell]);
        }
    }

    /// <inheritdoc/>
    public InterventionStatistics Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input);
        StateCheck.Version(ref reader, Format, "state of intervention statistics");

        var version = reader.Int();
        var day = checked((int)reader.Int());
        var spent = reader.Double();
        var offsets = AppliedOffsets.Read(ref reader);
        var shown = new double[InterventionStatistics.Cells];
        var converted = new double[InterventionStatistics.Cells];
        for (var cell = 0; cell < shown.Length; cell++)
        {
            shown[cell] = reader.Double();
            converted[cell] = reader.Double();
        }

        return new InterventionStatistics(shown, converted, offsets) { Version = version, Day = day, SpentToday = spent };
    }
}
