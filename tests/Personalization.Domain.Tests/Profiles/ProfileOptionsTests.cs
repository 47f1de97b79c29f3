using Personalization.Domain.Products;
using Personalization.Domain.Profiles;

namespace Personalization.Domain.Tests.Profiles;

public sealed class ProfileOptionsTests
{
    public static TheoryData<string, ProfileOptions> Bad => new()
    {
        { "ShortTimeConstant", new() { ShortTimeConstant = TimeSpan.FromSeconds(59) } },
        { "LongTimeConstant", new() { LongTimeConstant = TimeSpan.FromDays(1000) } },
        { "LongTimeConstant", new() { ShortTimeConstant = TimeSpan.FromHours(3), LongTimeConstant = TimeSpan.FromHours(2) } },
        { "AffinityTimeConstant", new() { AffinityTimeConstant = TimeSpan.Zero } },
        { "BaselineValence", new() { BaselineValence = -1.1 } },
        { "BaselineArousal", new() { BaselineArousal = double.NaN } },
        { "ShortDeviation", new() { ShortDeviation = 0 } },
        { "LongDeviation", new() { LongDeviation = 2 } },
        { "VoiceNoise.Valence", new() { VoiceNoise = new(0, 1, 0) } },
        { "SurveyNoise.Arousal", new() { SurveyNoise = new(1, 1000, 0) } },
        { "FaceNoise.Shared", new() { FaceNoise = new(1, 1, -1) } },
        { "SarcasmTrust", new() { SarcasmTrust = 1.5 } },
        { "ServiceTrust", new() { ServiceTrust = 0.5 } },
        { "AffinityPriorWeight", new() { AffinityPriorWeight = 0 } },
        { "MaxBrands", new() { MaxBrands = 0 } },
        { "MaxRecentItems", new() { MaxRecentItems = 5000 } },
    };

    [Theory]
    [MemberData(nameof(Bad), DisableDiscoveryEnumeration = true)]
    public void Validate_OutOfRange_NamesTheFieldAndTheModelRefusesIt(string field, ProfileOptions options)
    {
        var problem = Assert.Single(ProfileOptionsValidator.Validate(options));

        Assert.Equal(field, problem.Field);
        Assert.Contains(problem.Allowed, Assert.Throws<ArgumentException>(() => new ProfileModel(options)).Message);
    }

    [Fact]
    public void Validate_Defaults_AreGood()
    {
        Assert.Empty(ProfileOptionsValidator.Validate(new ProfileOptions()));
        Assert.Empty(ProductOptionsValidator.Validate(new ProductOptions()));
    }

    public static TheoryData<string, ProductOptions> BadProducts => new()
    {
        { "LongTimeConstant", new() { LongTimeConstant = TimeSpan.FromDays(2), ShortTimeConstant = TimeSpan.FromDays(2) } },
        { "ShortTimeConstant", new() { ShortTimeConstant = TimeSpan.Zero } },
        { "PriorMean", new() { PriorMean = 2 } },
        { "PriorDeviation", new() { PriorDeviation = 0 } },
        { "Dispersion", new() { Dispersion = double.NaN } },
        { "DispersionWeight", new() { DispersionWeight = 0 } },
        { "SliceDeviation", new() { SliceDeviation = 0 } },
        { "TrendDeviation", new() { TrendDeviation = 3 } },
        { "ReportingCurrency", new() { ReportingCurrency = "euro" } },
    };

    [Theory]
    [MemberData(nameof(BadProducts), DisableDiscoveryEnumeration = true)]
    public void Validate_ProductOptionOutOfRange_NamesTheFieldAndTheModelRefusesIt(string field, ProductOptions options)
    {
        Assert.Equal(field, Assert.Single(ProductOptionsValidator.Validate(options)).Field);
        Assert.Throws<ArgumentException>(() => new ProductModel(options, ProfileModel.Default));
    }
}
