using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.Configuration;

namespace Orleans.Serialization.Configuration
{
    /// <summary>What is known of types that cross.</summary>
    public sealed class TypeManifestOptions
    {
        /// <summary>Whether a silo refuses to start when grain interfaces mention types that cannot cross; null for "in development".</summary>
        public bool? EnableConfigurationAnalysis { get; set; }
    }
}

namespace Orleans
{
    /// <summary>Finds, before a silo starts, types in grain interfaces that cannot cross.</summary>
    internal sealed class SerializerConfigurationValidator(IOptions<TypeManifestOptions> options, IServiceProvider services) : IConfigurationValidator
    {
        public void ValidateConfiguration()
        {
            if (!(options.Value.EnableConfigurationAnalysis ?? services.GetService<IHostEnvironment>()?.IsDevelopment() ?? false))
            {
                return;
            }

            var complaints = Complaints();
            if (complaints.Count > 0)
            {
                throw new OrleansConfigurationException(Report(complaints));
            }
        }

        private static Dictionary<Type, (bool HasSerializer, bool HasCopier, List<string> Methods)> Complaints()
        {
            var complaints = new Dictionary<Type, (bool HasSerializer, bool HasCopier, List<string> Methods)>();
            foreach (var method in GrainManifest.Instance.Classes.SelectMany(c => c.Interfaces).Distinct().SelectMany(i => i.GetMethods()))
            {
                if (method.IsStatic || method.IsGenericMethod)
                {
                    continue;
                }

                foreach (var type in method.GetParameters().Select(p => p.ParameterType).Append(ResultOf(method.ReturnType)))
                {
                    var (hasSerializer, hasCopier) = (Can<WireCopy>(type), Can<LocalCopy>(type));
                    if (!hasSerializer || !hasCopier)
                    {
                        complaints.TryAdd(type, (hasSerializer, hasCopier, []));
                        complaints[type].Methods.Add($"{method.DeclaringType!.FullName}.{method.Name}");
                    }
                }
            }

            return complaints;
        }

        private static Type ResultOf(Type type) => type == typeof(Task) || type == typeof(ValueTask) ? typeof(void)
            : type.IsConstructedGenericType && type.GetGenericTypeDefinition() is var d && (d == typeof(Task<>) || d == typeof(ValueTask<>) || d == typeof(IAsyncEnumerable<>))
                ? type.GetGenericArguments()[0]
                : type;

        private static bool Can<TMode>(Type type)
            where TMode : ICopyMode
        {
            if (type == typeof(void) || type.ContainsGenericParameters)
            {
                return true;
            }

            try
            {
                Copiers<TMode>.For(type);
                return true;
            }
            catch (Exception exception) when (exception is CodecNotFoundException or NotSupportedException)
            {
                return false;
            }
        }

        private static string Report(Dictionary<Type, (bool HasSerializer, bool HasCopier, List<string> Methods)> complaints)
        {
            var report = new StringBuilder("Found unserializable or uncopyable types which are being referenced in grain interface signatures:").AppendLine();
            foreach (var (type, (hasSerializer, hasCopier, methods)) in complaints)
            {
                var lack = hasSerializer ? "copier" : hasCopier ? "serializer" : "serializer or copier";
                report.AppendLine($"Type: {type} has no {lack}, and is in: {string.Join(", ", methods)}");
            }

            return report.Append("Mark the types with [GenerateSerializer], and their members with [Id(x)].").ToString();
        }
    }
}
