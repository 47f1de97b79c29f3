using System.Reflection;

namespace Orleans.Serialization;

/// <summary>Which members of a type cross a grain boundary: those with an id, those of its base, and a record's positional ones.</summary>
internal static class MemberPlan
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static List<Member> Of(Type type)
    {
        var members = new List<Member>();
        for (var t = type; t is not null && t != typeof(object) && t != typeof(ValueType) && t != typeof(Exception); t = t.BaseType)
        {
            var attribute = t.GetCustomAttribute<GenerateSerializerAttribute>(false)
                ?? (typeof(Exception).IsAssignableFrom(t)
                    ? null
                    : throw new CodecNotFoundException($"Could not find a base type serializer for type {t}, a base of {type}. Mark it with [GenerateSerializer]."));
            if (attribute is not null)
            {
                members.AddRange(DeclaredBy(t, attribute));
            }
        }

        return members;
    }

    /// <summary>The elements of a tuple.</summary>
    public static List<Member> OfFields(Type type) =>
        [.. type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Select(f => new Member(f, null, null, f.FieldType, false))];

    private static IEnumerable<Member> DeclaredBy(Type type, GenerateSerializerAttribute attribute)
    {
        var positional = Positional(type);
        foreach (var property in type.GetProperties(Declared))
        {
            var included = property.IsDefined(typeof(IdAttribute), false) || positional.Contains(property.Name)
                || (attribute.GenerateFieldIds == GenerateFieldIds.PublicProperties && property is { CanRead: true, CanWrite: true } && property.GetMethod!.IsPublic);
            if (included && property.GetIndexParameters().Length == 0)
            {
                yield return ForProperty(type, property);
            }
        }

        foreach (var field in type.GetFields(Declared))
        {
            if (field.IsDefined(typeof(IdAttribute), false))
            {
                yield return new Member(field, null, null, field.FieldType, IsImmutable(field));
            }
        }
    }

    private static Member ForProperty(Type type, PropertyInfo property)
    {
        if (type.GetField($"<{property.Name}>k__BackingField", Declared) is { } field)
        {
            return new Member(field, null, null, property.PropertyType, IsImmutable(property));
        }

        return property is { GetMethod: { } get, SetMethod: { } set }
            ? new Member(null, get, set, property.PropertyType, IsImmutable(property))
            : throw new CodecNotFoundException($"Property {type}.{property.Name} has an [Id] but cannot be both read and written.");
    }

    private static bool IsImmutable(MemberInfo member) => member.IsDefined(typeof(ImmutableAttribute), false);

    /// <summary>A record tells its positional members by the deconstructor that the compiler makes.</summary>
    private static HashSet<string> Positional(Type type)
    {
        var isRecord = type.GetMethod("PrintMembers", Declared) is not null;
        var attribute = type.GetCustomAttributesData().First(a => a.AttributeType == typeof(GenerateSerializerAttribute));
        var wanted = attribute.NamedArguments.FirstOrDefault(a => a.MemberName == nameof(GenerateSerializerAttribute.IncludePrimaryConstructorParameters));
        var include = wanted.MemberInfo is null ? isRecord : (bool)wanted.TypedValue.Value!;
        if (!include)
        {
            return [];
        }

        if (!isRecord)
        {
            throw new NotSupportedException($"{type}: primary constructor parameters of types that are not records are not covered by the polyfill.");
        }

        var deconstruct = type.GetMethods(Declared).Where(m => m.Name == "Deconstruct").MaxBy(m => m.GetParameters().Length);
        return deconstruct is null ? [] : [.. deconstruct.GetParameters().Select(p => p.Name!)];
    }
}

/// <summary>A member that crosses a grain boundary: a field, or a property by its accessors.</summary>
internal sealed record Member(FieldInfo? Field, MethodInfo? Get, MethodInfo? Set, Type Type, bool IsImmutable);
