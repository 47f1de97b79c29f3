namespace Personalization.Domain.Recommendations.Policies;

/// <summary>The standard normal distribution.</summary>
internal static class Normal
{
    /// <summary>φ(z).</summary>
    public static double Density(double z) => Math.Exp(-0.5 * z * z) * 0.3989422804014327;

    /// <summary>Φ(z), to 1.5·10⁻⁷ of its own (Abramowitz, Stegun: "Handbook of Mathematical Functions", 7.1.26).</summary>
    public static double Distribution(double z)
    {
        var t = 1 / (1 + (0.3275911 * Math.Abs(z) * 0.7071067811865476));
        var tail = 0.5 * Math.Exp(-0.5 * z * z)
            * t * (0.254829592 + (t * (-0.284496736 + (t * (1.421413741 + (t * (-1.453152027 + (t * 1.061405429))))))));
        return z > 0 ? 1 - tail : tail;
    }
}
