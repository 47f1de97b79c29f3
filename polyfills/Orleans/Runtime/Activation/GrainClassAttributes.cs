using Orleans.Runtime;

namespace Orleans
{
    /// <summary>Gives a grain class its type's name; without it, the class's name without "Grain", in lower case.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public sealed class GrainTypeAttribute(string grainType) : Attribute
    {
        internal string GrainTypeName { get; } = grainType;

        /// <summary>The type.</summary>
        public GrainType GetGrainType(IServiceProvider services, Type type) => GrainType.Create(GrainTypeName);
    }

    /// <summary>Activations of the class are not collected for being idle.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public class KeepAliveAttribute : Attribute;

    /// <summary>How long activations of the class may be idle.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public class CollectionAgeLimitAttribute : Attribute
    {
        /// <summary>The least.</summary>
        public static readonly TimeSpan MinAgeLimit = TimeSpan.FromMinutes(1);

        /// <summary>With its parts to be set.</summary>
        public CollectionAgeLimitAttribute()
        {
        }

        /// <summary>Days.</summary>
        public double Days { get; set; }

        /// <summary>Hours.</summary>
        public double Hours { get; set; }

        /// <summary>Minutes.</summary>
        public double Minutes { get; set; }

        /// <summary>Never collected.</summary>
        public bool AlwaysActive { get; set; }

        /// <summary>All of it.</summary>
        public TimeSpan AgeLimit
        {
            get
            {
                var span = TimeSpan.FromDays(Days) + TimeSpan.FromHours(Hours) + TimeSpan.FromMinutes(Minutes);
                return AlwaysActive ? TimeSpan.FromDays(short.MaxValue)
                    : span < MinAgeLimit ? throw new ArgumentOutOfRangeException(nameof(AgeLimit), span, $"The age limit must be at least {MinAgeLimit}.")
                    : span;
            }
        }
    }
}
