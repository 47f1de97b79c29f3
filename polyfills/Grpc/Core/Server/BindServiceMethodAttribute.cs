namespace Grpc.Core;

/// <summary>Says on a generated service base which static method lists the service's methods.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public class BindServiceMethodAttribute : Attribute
{
    /// <summary>Names the type and its method.</summary>
    public BindServiceMethodAttribute(Type bindType, string bindMethodName)
    {
        BindType = bindType;
        BindMethodName = bindMethodName;
    }

    /// <summary>The type that has the method.</summary>
    public Type BindType { get; }

    /// <summary>The method.</summary>
    public string BindMethodName { get; }
}
