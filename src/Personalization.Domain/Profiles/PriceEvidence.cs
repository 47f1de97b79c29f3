using Personalization.Domain.Serialization;

namespace Personalization.Domain.Profiles;

/// <summary>
/// Where in their categories' price ranges the products stand that a shopper looked at, and those that were taken
/// (put into the cart or bought): forward-decayed sums.
/// </summary>
internal struct PriceEvidence
{
    /// <summary>How many taken products' worth of doubt there is at first.</summary>
    private const double PriorTaken = 3;

    private double _viewed;
    private double _viewedRanks;
    private double _taken;
    private double _takenRanks;

    /// <summary>Adds a product that was looked at.</summary>
    /// <param name="rank">Its place in the price range, [0, 1].</param>
    /// <param name="weight">The forward-decayed weight.</param>
    public void AddViewed(double rank, double weight)
    {
        _viewed += weight;
        _viewedRanks += weight * rank;
    }

    /// <summary>Adds a product that was taken.</summary>
    /// <param name="rank">Its place in the price range, [0, 1].</param>
    /// <param name="weight">The forward-decayed weight.</param>
    public void AddTaken(double rank, double weight)
    {
        _taken += weight;
        _takenRanks += weight * rank;
    }

    /// <summary>Adds other sums that are worth <paramref name="scale"/> of themselves here.</summary>
    public void Add(in PriceEvidence other, double scale)
    {
        _viewed += other._viewed * scale;
        _viewedRanks += other._viewedRanks * scale;
        _taken += other._taken * scale;
        _takenRanks += other._takenRanks * scale;
    }

    /// <summary>Multiplies all sums.</summary>
    public void Scale(double factor)
    {
        _viewed *= factor;
        _viewedRanks *= factor;
        _taken *= factor;
        _takenRanks *= factor;
    }

    /// <summary>
    /// The estimate: ½ + c·(½·(viewed − taken) + (½ − taken)), held to [0, 1], where viewed and taken are mean ranks and
    /// c = n/(n + 3) grows with the n decayed takings. Who takes the cheap end of what was looked at, and the cheap end
    /// altogether, minds the price.
    /// </summary>
    /// <param name="worth">What the sums are worth as of the moment.</param>
    /// <returns>The sensitivity in [0, 1], 0.5 when nothing is known, and c.</returns>
    public readonly (double Sensitivity, double Confidence) Estimate(double worth)
    {
        var n = _taken * worth;
        if (!(n > 1e-9))
        {
            return (0.5, 0);
        }

        var taken = _takenRanks / _taken;
        var viewed = _viewed > 0 ? _viewedRanks / _viewed : taken;
        var confidence = n / (n + PriorTaken);
        return (Math.Clamp(0.5 + (confidence * ((0.5 * (viewed - taken)) + (0.5 - taken))), 0, 1), confidence);
    }

    /// <summary>Writes the sums.</summary>
    public readonly void Write(StateWriter writer)
    {
        writer.Double(_viewed);
        writer.Double(_viewedRanks);
        writer.Double(_taken);
        writer.Double(_takenRanks);
    }

    /// <summary>Reads the sums.</summary>
    public static PriceEvidence Read(ref StateReader reader)
    {
        var read = new PriceEvidence
        {
            _viewed = StateCheck.NotNegative(reader.Double(), "a price weight"),
            _viewedRanks = StateCheck.NotNegative(reader.Double(), "a price rank"),
            _taken = StateCheck.NotNegative(reader.Double(), "a price weight"),
            _takenRanks = StateCheck.NotNegative(reader.Double(), "a price rank"),
        };
        StateCheck.That(read._viewedRanks <= read._viewed * (1 + 1e-6) && read._takenRanks <= read._taken * (1 + 1e-6), "a price rank");
        return read;
    }
}
