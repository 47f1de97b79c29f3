using System.Diagnostics;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Profiles;

/// <summary>
/// What one modality said over the last four time constants, pooled by cells of a quarter time constant: the statistics
/// from which <see cref="FeelingFilter"/> makes an estimate.
/// </summary>
/// <remarks>
/// <para>
/// The cells lie on a grid fixed to the calendar, so where an observation falls depends on its time alone: any order, any
/// grouping and any merge of the same observations gives the same sums (up to rounding), and a modality that is withdrawn
/// leaves by dropping its history, exactly. Within a cell observations are pooled as if simultaneous, at their mean time;
/// across cells nothing is lost. Against the filter that sees every observation at its own time, this costs nothing for a
/// few observations per time constant and a tenth of the mean squared error for forty precise ones.
/// </para>
/// <para>
/// What is older than the newest cell by <see cref="Window"/> cells keeps e⁻⁸ of its information at best, and is dropped.
/// Cells that got nothing are not stored: a shopper seen once has one cell.
/// </para>
/// </remarks>
internal struct FeelingHistory(TimeSpan timeConstant)
{
    /// <summary>How many cells a time constant has.</summary>
    public const int CellsPerTimeConstant = 4;

    /// <summary>How many cells back from the newest are kept: four time constants.</summary>
    public const int Window = 4 * CellsPerTimeConstant;

    private readonly long _width = WidthOf(timeConstant);
    private FeelingCell[]? _cells;
    private int _count;

    /// <summary>The cells in order of time.</summary>
    public readonly ReadOnlySpan<FeelingCell> Cells => _cells.AsSpan(0, _count);

    /// <summary>How long a cell is, in ticks.</summary>
    public readonly long Width => _width;

    /// <summary>How long a cell is for a time constant, in ticks.</summary>
    public static long WidthOf(TimeSpan timeConstant) => timeConstant.Ticks / CellsPerTimeConstant;

    /// <summary>Takes in a reading.</summary>
    /// <param name="ticks">When, in UTC ticks.</param>
    /// <param name="valence">[−1, 1].</param>
    /// <param name="valencePrecision">1/r, not negative.</param>
    /// <param name="arousal">[−1, 1].</param>
    /// <param name="arousalPrecision">1/r, not negative.</param>
    public void Add(long ticks, double valence, double valencePrecision, double arousal, double arousalPrecision)
    {
        var index = ticks / _width;
        var cell = new FeelingCell
        {
            Index = index,
            ValencePrecision = valencePrecision,
            ValenceMoment = valencePrecision * valence,
            ArousalPrecision = arousalPrecision,
            ArousalMoment = arousalPrecision * arousal,
            TimeMoment = (valencePrecision + arousalPrecision) * (ticks - (index * _width)) / TimeSpan.TicksPerSecond,
        };
        Add(in cell);
    }

    /// <summary>Takes in all that another history holds.</summary>
    public void Add(in FeelingHistory other)
    {
        foreach (ref readonly var cell in other.Cells)
        {
            if (other._width == _width)
            {
                Add(in cell);
            }
            else
            {
                Regrid(in cell, other._width);
            }
        }
    }

    /// <summary>Writes the grid and the cells.</summary>
    public readonly void Write(StateWriter writer)
    {
        writer.Int(_width);
        writer.UInt((ulong)_count);
        foreach (ref readonly var cell in Cells)
        {
            writer.Int(cell.Index);
            writer.Double(cell.ValencePrecision);
            writer.Double(cell.ValenceMoment);
            writer.Double(cell.ArousalPrecision);
            writer.Double(cell.ArousalMoment);
            writer.Double(cell.TimeMoment);
        }
    }

    /// <summary>Reads cells, onto this history's grid if they were written on another.</summary>
    public void Read(ref StateReader reader)
    {
        var width = reader.Int();
        StateCheck.That(width > 0, "a cell's width");
        for (var left = reader.Count(minimumSize: 41); left > 0; left--)
        {
            var cell = new FeelingCell
            {
                Index = reader.Int(),
                ValencePrecision = StateCheck.NotNegative(reader.Double(), "a precision"),
                ValenceMoment = StateCheck.Finite(reader.Double(), "a moment"),
                ArousalPrecision = StateCheck.NotNegative(reader.Double(), "a precision"),
                ArousalMoment = StateCheck.Finite(reader.Double(), "a moment"),
                TimeMoment = StateCheck.Finite(reader.Double(), "a moment"),
            };
            StateCheck.That(cell.Index >= 0 && cell.Index <= DateTimeOffset.MaxValue.Ticks / width, "a cell's index");
            StateCheck.That(Math.Abs(cell.ValenceMoment) <= cell.ValencePrecision * (1 + 1e-6), "a valence beyond [-1, 1]");
            StateCheck.That(Math.Abs(cell.ArousalMoment) <= cell.ArousalPrecision * (1 + 1e-6), "an arousal beyond [-1, 1]");
            var inside = cell.MeanTime * TimeSpan.TicksPerSecond / width;
            StateCheck.That(inside >= -1e-6 && inside <= 1 + 1e-6, "a time beyond its cell");
            if (width == _width)
            {
                Add(in cell);
            }
            else
            {
                Regrid(in cell, width);
            }
        }
    }

    /// <summary>Puts a cell of another grid, as one observation at its mean time, where it belongs on this one.</summary>
    private void Regrid(in FeelingCell cell, long width)
    {
        var ticks = (cell.Index * width) + (long)(cell.MeanTime * TimeSpan.TicksPerSecond);
        var moved = cell;
        moved.Index = ticks / _width;
        moved.TimeMoment = (cell.ValencePrecision + cell.ArousalPrecision) * (ticks - (moved.Index * _width)) / TimeSpan.TicksPerSecond;
        Add(in moved);
    }

    private void Add(in FeelingCell cell)
    {
        var at = _count;
        while (at > 0 && _cells![at - 1].Index > cell.Index)
        {
            at--;
        }

        if (at > 0 && _cells![at - 1].Index == cell.Index)
        {
            _cells[at - 1].Add(in cell);
        }
        else if (at == _count)
        {
            DropUpTo(cell.Index - Window);
            Insert(_count, in cell);
        }
        else if (cell.Index > _cells![_count - 1].Index - Window)
        {
            Insert(at, in cell);
        }
    }

    private void DropUpTo(long index)
    {
        var dropped = 0;
        while (dropped < _count && _cells![dropped].Index <= index)
        {
            dropped++;
        }

        if (dropped == 0)
        {
            return;
        }

        _cells.AsSpan(dropped, _count - dropped).CopyTo(_cells);
        _count -= dropped;
    }

    private void Insert(int at, in FeelingCell cell)
    {
        Debug.Assert(_count < Window, "The cells within a window are no more than its width.");
        TightArray.Reserve(ref _cells, _count, Window);
        _cells.AsSpan(at, _count - at).CopyTo(_cells.AsSpan(at + 1));
        _cells[at] = cell;
        _count++;
    }
}
