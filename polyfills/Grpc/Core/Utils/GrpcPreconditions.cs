namespace Grpc.Core.Utils;

/// <summary>Argument and state checks; generated client code calls them.</summary>
public static class GrpcPreconditions
{
    /// <summary>Throws <see cref="ArgumentException" /> unless the condition holds.</summary>
    public static void CheckArgument(bool condition)
    {
        if (!condition)
        {
            throw new ArgumentException();
        }
    }

    /// <summary>Throws <see cref="ArgumentException" /> with the message unless the condition holds.</summary>
    public static void CheckArgument(bool condition, string errorMessage)
    {
        if (!condition)
        {
            throw new ArgumentException(errorMessage);
        }
    }

    /// <summary>Returns the reference, or throws <see cref="ArgumentNullException" />.</summary>
    public static T CheckNotNull<T>(T reference) => reference ?? throw new ArgumentNullException();

    /// <summary>Returns the reference, or throws <see cref="ArgumentNullException" /> naming the parameter.</summary>
    public static T CheckNotNull<T>(T reference, string paramName) => reference ?? throw new ArgumentNullException(paramName);

    /// <summary>Throws <see cref="InvalidOperationException" /> unless the condition holds.</summary>
    public static void CheckState(bool condition)
    {
        if (!condition)
        {
            throw new InvalidOperationException();
        }
    }

    /// <summary>Throws <see cref="InvalidOperationException" /> with the message unless the condition holds.</summary>
    public static void CheckState(bool condition, string errorMessage)
    {
        if (!condition)
        {
            throw new InvalidOperationException(errorMessage);
        }
    }
}
