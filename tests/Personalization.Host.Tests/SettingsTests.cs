using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Personalization.Domain.Consent;
using Personalization.Domain.Interventions;
using Personalization.Domain.Rewards;
using Personalization.Grains;

namespace Personalization.Host.Tests;

/// <summary>Every option of the domain that is a number, a time or a truth value can be set.</summary>
public sealed class SettingsTests
{
    [Fact]
    public void Interventions_EveryOption_CanBeSet() =>
        CheckAll("Interventions", new InterventionOptions(), static provider => provider.GetRequiredService<InterventionPolicy>().Options);

    [Fact]
    public void Rewards_EveryOption_CanBeSet() =>
        CheckAll("Rewards", new RewardOptions(), static provider => provider.GetRequiredService<RewardOptions>());

    [Fact]
    public void Consent_EveryDefault_CanBeSet() =>
        CheckAll("Consent", new ConsentPolicy(), static provider => provider.GetRequiredService<ConsentPolicy>());

    [Fact]
    public void Interventions_DiscountsGiven_ReplaceTheDefaults()
    {
        var options = Configure(new() { ["Interventions:DiscountPercents:0"] = "12.5", ["Interventions:DiscountPercents:1"] = "7" })
            .GetRequiredService<InterventionPolicy>().Options;
        Assert.Equal<double>([12.5, 7], options.DiscountPercents.ToArray());
    }

    private static void CheckAll<T>(string section, T defaults, Func<IServiceProvider, T> read)
    {
        var properties = typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(static p => p.SetMethod is not null && p.PropertyType.IsPrimitive || p.PropertyType == typeof(TimeSpan)).ToArray();
        Assert.NotEmpty(properties);
        foreach (var property in properties)
        {
            var value = Another(property.GetValue(defaults)!);
            var text = Convert.ToString(value, CultureInfo.InvariantCulture)!;
            var set = read(Configure(new() { [$"{section}:{property.Name}"] = text }));
            Assert.True(value.Equals(property.GetValue(set)), $"{section}:{property.Name} was set to {text} and is {property.GetValue(set)}.");
        }
    }

    private static object Another(object value) => value switch
    {
        bool truth => !truth,
        int number => number + 1,
        float number => number * 0.5f,
        double number => number * 0.5,
        TimeSpan time => time * 0.5,
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "No other value of its kind is known."),
    };

    private static ServiceProvider Configure(Dictionary<string, string?> settings) => new ServiceCollection()
        .AddPersonalizationGrains(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
        .BuildServiceProvider();
}
