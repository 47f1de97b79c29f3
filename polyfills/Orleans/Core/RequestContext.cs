using Orleans.Core.Internal;

namespace Orleans.Core.Internal
{
    /// <summary>An activation that lets calls of one chain back in.</summary>
    public interface ICallChainReentrantGrainContext
    {
        /// <summary>The section begins.</summary>
        void OnEnterReentrantSection(Guid reentrancyId);

        /// <summary>The section ends.</summary>
        void OnExitReentrantSection(Guid reentrancyId);
    }
}

namespace Orleans.Runtime
{
    /// <summary>Key-value pairs that travel with calls: from a caller to what it calls, and on; never back.</summary>
    public static class RequestContext
    {
        private const string ReentrancyKey = "#CCR";

        // Never changed in place: a captured execution context keeps the dictionary it saw.
        private static readonly AsyncLocal<Dictionary<string, object>?> s_values = new();

        /// <summary>Which call chain may re-enter the grains that allowed it; empty for none.</summary>
        public static Guid ReentrancyId
        {
            get => Get(ReentrancyKey) is Guid id ? id : Guid.Empty;
            set
            {
                if (value == Guid.Empty)
                {
                    Remove(ReentrancyKey);
                }
                else
                {
                    Set(ReentrancyKey, value);
                }
            }
        }

        /// <summary>The keys.</summary>
        public static IEnumerable<string> Keys => s_values.Value?.Keys ?? Enumerable.Empty<string>();

        /// <summary>The pairs.</summary>
        public static IEnumerable<KeyValuePair<string, object>> Entries => s_values.Value ?? Enumerable.Empty<KeyValuePair<string, object>>();

        internal static Dictionary<string, object>? Current
        {
            get => s_values.Value;
            set => s_values.Value = value;
        }

        /// <summary>The value of a key, or null.</summary>
        public static object? Get(string key) => s_values.Value is { } values && values.TryGetValue(key, out var value) ? value : null;

        /// <summary>Sets a value for the calls that follow.</summary>
        public static void Set(string key, object value)
        {
            var old = s_values.Value;
            s_values.Value = old is null
                ? new Dictionary<string, object>(1) { [key] = value }
                : new Dictionary<string, object>(old) { [key] = value };
        }

        /// <summary>Removes a value; false when there was none.</summary>
        public static bool Remove(string key)
        {
            if (s_values.Value is not { } old || !old.ContainsKey(key))
            {
                return false;
            }

            var values = new Dictionary<string, object>(old);
            values.Remove(key);
            s_values.Value = values.Count == 0 ? null : values;
            return true;
        }

        /// <summary>Removes all values.</summary>
        public static void Clear()
        {
            if (s_values.Value is not null)
            {
                s_values.Value = null;
            }
        }

        /// <summary>Until disposed, calls that this chain makes may call back into the current grain.</summary>
        public static ReentrancySection AllowCallChainReentrancy()
        {
            var original = ReentrancyId;
            return new(original, original == Guid.Empty ? Guid.NewGuid() : original);
        }

        /// <summary>Until disposed, calls are not part of the chain.</summary>
        public static ReentrancySection SuppressCallChainReentrancy() => new(ReentrancyId, Guid.Empty);

        internal static Guid ReentrancyIdOf(Dictionary<string, object>? values) =>
            values is not null && values.TryGetValue(ReentrancyKey, out var value) && value is Guid id ? id : Guid.Empty;

        /// <summary>Ends with its disposal.</summary>
        public readonly struct ReentrancySection : IDisposable
        {
            private readonly Guid _original;
            private readonly Guid _current;

            /// <summary>Begins a section.</summary>
            public ReentrancySection(Guid originalReentrancyId, Guid newReentrancyId)
            {
                _original = originalReentrancyId;
                _current = newReentrancyId;
                if (_current != _original)
                {
                    ReentrancyId = _current;
                }

                if (_current != Guid.Empty)
                {
                    (RuntimeContext.Current as ICallChainReentrantGrainContext)?.OnEnterReentrantSection(_current);
                }
            }

            /// <inheritdoc />
            public void Dispose()
            {
                if (_current != Guid.Empty)
                {
                    (RuntimeContext.Current as ICallChainReentrantGrainContext)?.OnExitReentrantSection(_current);
                }

                if (_current != _original)
                {
                    ReentrancyId = _original;
                }
            }
        }
    }
}
