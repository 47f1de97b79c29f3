using Microsoft.Extensions.Options;

namespace Personalization.Host.Configuration;

/// <summary>Binds the host's own options, validated at start.</summary>
internal static class EngineOptionsExtensions
{
    public static void AddEngineOptions(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<EngineOptions>, EngineOptionsValidator>();
        builder.Services.AddOptions<EngineOptions>().BindConfiguration(EngineOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<RetentionOptions>, RetentionOptionsValidator>();
        builder.Services.AddOptions<RetentionOptions>().BindConfiguration(RetentionOptions.Section).ValidateOnStart();
        builder.Services.Configure<HostOptions>(host =>
            host.ShutdownTimeout = builder.Configuration.GetSection(EngineOptions.Section).Get<EngineOptions>()?.DrainTimeout
                ?? TimeSpan.FromSeconds(30));
    }
}
