namespace Personalization.Domain.Products;

/// <summary>Forward-decayed sums over readings: of their weights, weighed values and weighed squares.</summary>
internal struct SentimentSums
{
    /// <summary>Σw.</summary>
    public double Weight;

    /// <summary>Σw·v.</summary>
    public double First;

    /// <summary>Σw·v².</summary>
    public double Second;

    /// <summary>Adds a reading.</summary>
    public void Add(double weight, double value)
    {
        Weight += weight;
        First += weight * value;
        Second += weight * value * value;
    }

    /// <summary>Adds sums that are worth so much of themselves here.</summary>
    public void Add(in SentimentSums other, double scale)
    {
        Weight += other.Weight * scale;
        First += other.First * scale;
        Second += other.Second * scale;
    }

    /// <summary>Multiplies the sums.</summary>
    public void Scale(double factor)
    {
        Weight *= factor;
        First *= factor;
        Second *= factor;
    }
}
