using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Personalization.Domain.Serialization;

namespace Personalization.Storage.Serialization;

/// <summary>Finds the codec of a type of state among the registered services.</summary>
/// <param name="services">Where codecs are registered, each as <see cref="IStateCodec{T}"/>.</param>
public sealed class StateCodecs(IServiceProvider services)
{
    private readonly ConcurrentDictionary<Type, object> _codecs = new();
    private readonly ConcurrentDictionary<string, Type> _names = new(StringComparer.Ordinal);

    /// <summary>The codec of a type.</summary>
    /// <exception cref="InvalidOperationException">None is registered, or its name is that of another type's codec.</exception>
    public IStateCodec<T> For<T>() =>
        _codecs.TryGetValue(typeof(T), out var known) ? (IStateCodec<T>)known : Find<T>();

    private IStateCodec<T> Find<T>()
    {
        var codec = services.GetService<IStateCodec<T>>() ?? throw new InvalidOperationException(
            $"States of type {typeof(T)} cannot be stored: no {nameof(IStateCodec<T>)}<{typeof(T).Name}> is registered.");
        var owner = _names.GetOrAdd(codec.Name, typeof(T));
        if (owner != typeof(T))
        {
            throw new InvalidOperationException($"The codecs of {owner} and {typeof(T)} have the same name, '{codec.Name}'.");
        }

        return (IStateCodec<T>)_codecs.GetOrAdd(typeof(T), codec);
    }
}
