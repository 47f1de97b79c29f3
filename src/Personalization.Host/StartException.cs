namespace Personalization.Host;

/// <summary>The engine cannot start, for a reason that a person can mend: the message says which.</summary>
public sealed class StartException(string message, Exception? inner = null) : Exception(message, inner);
