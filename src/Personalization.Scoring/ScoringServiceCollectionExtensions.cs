using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Lifecycle;

namespace Personalization.Scoring;

/// <summary>Adds scoring to a host.</summary>
public static class ScoringServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="ISentimentScorer"/>, <see cref="IFaceReader"/> and <see cref="IIntentScorer"/> over models and rules, and
    /// <see cref="IModelRegistry"/> for the models. Options are checked and models loaded when the host starts; what is wrong with
    /// them stops the start.
    /// </summary>
    /// <param name="services">The host's services; a <see cref="TimeProvider"/> among them is used, else the system's.</param>
    /// <param name="configure">Changes the options; null for what the configuration says.</param>
    public static IServiceCollection AddPersonalizationScoring(this IServiceCollection services, Action<ScoringOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<ScoringOptions>().ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ScoringOptions>, ScoringOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(static provider => new BatchingSentimentScorer(
            provider.GetRequiredService<IOptions<ScoringOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<BatchingSentimentScorer>>(),
            provider.GetService<IMeterFactory>()));
        services.TryAddSingleton<ISentimentScorer>(static provider => provider.GetRequiredService<BatchingSentimentScorer>());
        // Added, not tried: whoever came first may have brought one that knows no model.
        services.AddSingleton<IIntentScorer>(static provider => provider.GetRequiredService<BatchingSentimentScorer>());
        services.TryAddSingleton<IFaceReader>(static provider => provider.GetRequiredService<BatchingSentimentScorer>());
        services.AddSingleton<IModelRegistry>(static provider => new ModelRegistry(
            provider.GetRequiredService<BatchingSentimentScorer>().Models,
            new ModelsDirectory(provider.GetRequiredService<IOptions<ScoringOptions>>().Value.FullModelsDirectory)));
        services.AddHostedService<ScoringStartup>();
        return services;
    }
}
