using Personalization.Domain.Serialization;

namespace Personalization.Domain.Recommendations.Learning;

/// <summary>
/// Chooses between models while they learn, where changing over costs something: as <see cref="ProgressiveValidation"/> each
/// predicts every reward before it learns it, and another one is used only once its lead is beyond chance.
/// </summary>
/// <remarks>
/// Of each model the differences d of its squared errors to those of the one that is used are kept, and their squares, fading with
/// a time constant. Under no lead Σd/√Σd² is about standard normal; of those beyond <see cref="Threshold"/> the one with the
/// smallest errors is used, and the comparison starts anew. Not safe for concurrent use.
/// </remarks>
public sealed class LeadingModel
{
    /// <summary>By how many standard deviations a model must lead.</summary>
    public const double Threshold = 3;

    /// <summary>Fewer rewards than this say nothing.</summary>
    public const int Least = 500;

    private readonly double[] _leads;
    private readonly double[] _squares;
    private readonly double _kept;
    private long _judged;

    /// <summary>A choice between models of which nothing is known.</summary>
    /// <param name="models">How many there are, at least 1.</param>
    /// <param name="first">Which is used first, from 0.</param>
    /// <param name="memory">After how many rewards a difference counts 1/e, at least 1.</param>
    public LeadingModel(int models, int first, double memory)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(models, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(first, models);
        ArgumentOutOfRangeException.ThrowIfLessThan(memory, 1);
        _leads = new double[models];
        _squares = new double[models];
        _kept = Math.Exp(-1 / memory);
        Used = first;
    }

    /// <summary>The model to use.</summary>
    public int Used { get; private set; }

    /// <summary>How often another one has been taken.</summary>
    public int Changes { get; private set; }

    /// <summary>By how many standard deviations a model leads the one that is used; negative when it lags.</summary>
    public double LeadOf(int model) => _squares[model] > 0 ? _leads[model] / Math.Sqrt(_squares[model]) : 0;

    /// <summary>Takes in what each model predicted of a reward that none of them has learned yet. Returns whether another one is used from now on.</summary>
    /// <param name="predictions">One per model.</param>
    /// <param name="reward">What it was, finite.</param>
    public bool Judge(ReadOnlySpan<double> predictions, double reward)
    {
        if (predictions.Length != _leads.Length)
        {
            throw new ArgumentException($"predictions: are {predictions.Length}; allowed: {_leads.Length}.", nameof(predictions));
        }

        var used = Square(reward - predictions[Used]);
        var best = Used;
        _judged++;
        for (var i = 0; i < predictions.Length; i++)
        {
            var lead = used - Square(reward - predictions[i]);
            _leads[i] = (_leads[i] * _kept) + lead;
            _squares[i] = (_squares[i] * _kept * _kept) + (lead * lead);
            best = LeadOf(i) > Threshold && _leads[i] > _leads[best] ? i : best;
        }

        if (best == Used || _judged < Least)
        {
            return false;
        }

        Used = best;
        Changes++;
        _judged = 0;
        Array.Clear(_leads);
        Array.Clear(_squares);
        return true;
    }

    /// <summary>Writes what has been judged.</summary>
    internal void Write(StateWriter writer)
    {
        writer.UInt((ulong)Used);
        writer.UInt((ulong)Changes);
        writer.UInt((ulong)_judged);
        writer.Doubles(_leads);
        writer.Doubles(_squares);
    }

    /// <summary>Reads what had been judged of as many models.</summary>
    /// <exception cref="FormatException">It was of others.</exception>
    internal static LeadingModel Read(ref StateReader reader, int models, double memory)
    {
        var used = reader.UInt();
        var state = used < (ulong)models
            ? new LeadingModel(models, (int)used, memory)
            : throw new FormatException($"Model {used} of {models} is said to be used.");
        state.Changes = checked((int)reader.UInt());
        state._judged = checked((long)reader.UInt());
        Copy(reader.Doubles(), state._leads);
        Copy(reader.Doubles(), state._squares);
        return state;
    }

    private static void Copy(double[] from, double[] to)
    {
        if (from.Length != to.Length)
        {
            throw new FormatException($"{from.Length} models were judged; this version judges {to.Length}.");
        }

        from.CopyTo(to, 0);
    }

    private static double Square(double x) => x * x;
}
