using System.Collections.Concurrent;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Orleans.Runtime;

namespace Orleans
{
    /// <summary>Grains of this class get the events of streams of a namespace, each those of the stream with its key.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
    public class ImplicitStreamSubscriptionAttribute : Attribute
    {
        private readonly string? _namespace;

        /// <summary>All namespaces.</summary>
        public ImplicitStreamSubscriptionAttribute()
        {
        }

        /// <summary>One namespace.</summary>
        public ImplicitStreamSubscriptionAttribute(string streamNamespace, string? streamIdMapper = null)
        {
            if (streamIdMapper is not null)
            {
                throw new NotSupportedException("Stream id mappers are not covered by the polyfill.");
            }

            _namespace = streamNamespace.Trim();
        }

        internal bool Matches(StreamId stream) => _namespace is null || _namespace == stream.GetNamespace();
    }
}

namespace Orleans.Streams
{
    /// <summary>Which grains subscribe to a stream by their class.</summary>
    internal static class ImplicitSubscriptions
    {
        private static readonly Lazy<(GrainType Type, ImplicitStreamSubscriptionAttribute[] Attributes)[]> s_classes = new(() =>
        [
            .. GrainManifest.Instance.Classes
                .Select(c => (c.GrainType, c.Type.GetCustomAttributes<ImplicitStreamSubscriptionAttribute>(true).ToArray()))
                .Where(c => c.Item2.Length > 0),
        ]);

        private static readonly ConcurrentDictionary<(GrainType, StreamId), Guid> s_ids = new();

        public static IEnumerable<(Guid Subscription, GrainId Consumer)> Of(StreamId stream)
        {
            foreach (var (type, attributes) in s_classes.Value)
            {
                if (Array.Exists(attributes, a => a.Matches(stream)))
                {
                    yield return (IdOf(type, stream), GrainId.Create(type, new IdSpan(stream.Key.ToArray())));
                }
            }
        }

        /// <summary>The implicit subscription of a grain to a stream.</summary>
        public static bool TryGet(GrainId consumer, StreamId stream, out Guid subscription)
        {
            foreach (var (id, grain) in Of(stream))
            {
                if (grain == consumer)
                {
                    subscription = id;
                    return true;
                }
            }

            subscription = default;
            return false;
        }

        private static Guid IdOf(GrainType type, StreamId stream) =>
            s_ids.GetOrAdd((type, stream), static key => new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{key.Item1}|{key.Item2}"))[..16]));
    }
}
