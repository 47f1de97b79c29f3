using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Personalization.Domain.Validation;

namespace Personalization.Grains;

/// <summary>
/// Options that are values of the domain: made whole by a function that reads a section, and checked by the domain's own rules
/// when the host starts.
/// </summary>
internal static class Settings
{
    /// <summary>Adds <typeparamref name="T"/> as <see cref="IOptions{T}"/>; a section that is wrong stops the start.</summary>
    /// <param name="services">Receives it.</param>
    /// <param name="configuration">Where the section is.</param>
    /// <param name="section">The section's name, which every complaint begins with.</param>
    /// <param name="read">Reads the section and checks the result: an <see cref="ArgumentException"/> says what is wrong.</param>
    public static void AddSettings<T>(
        this IServiceCollection services, IConfiguration configuration, string section, Func<IConfigurationSection, T> read)
        where T : class
    {
        services.AddSingleton<IOptionsFactory<T>>(new Factory<T>(configuration.GetSection(section), read));
        services.AddOptions<T>().ValidateOnStart();
    }

    /// <summary>What a section made.</summary>
    public static T Of<T>(this IServiceProvider provider)
        where T : class => provider.GetRequiredService<IOptions<T>>().Value;

    /// <summary>Throws when anything is wrong with what a section made, with a complaint for each.</summary>
    /// <exception cref="OptionsValidationException">There are problems.</exception>
    public static void ThrowIfAny(IConfigurationSection section, ImmutableArray<FieldProblem> problems)
    {
        if (!problems.IsEmpty)
        {
            throw new OptionsValidationException(
                Options.DefaultName, typeof(FieldProblem), problems.Select(problem => $"{section.Path}:{problem}"));
        }
    }

    private sealed class Factory<T>(IConfigurationSection section, Func<IConfigurationSection, T> read) : IOptionsFactory<T>
        where T : class
    {
        public T Create(string name)
        {
            var asked = new AskedSection(section);
            try
            {
                var value = read(asked);
                var unknown = asked.Unasked();
                return unknown.Count == 0 ? value : throw new OptionsValidationException(name, typeof(T), unknown);
            }
            catch (ArgumentException e)
            {
                throw new OptionsValidationException(name, typeof(T), [Complaint(e)]);
            }
        }

        // "HoldoutShare: is 0.9; allowed: 0 to 0.5. (Parameter 'options')" is about a field of the section.
        private string Complaint(ArgumentException e)
        {
            var message = e.Message.ReplaceLineEndings(" ").Replace($" (Parameter '{e.ParamName}')", "", StringComparison.Ordinal);
            return message.StartsWith($"{section.Path}:", StringComparison.Ordinal) ? message : $"{section.Path}:{message}";
        }
    }
}
