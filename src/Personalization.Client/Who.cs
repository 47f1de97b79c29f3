using Personalization.V1;

namespace Personalization.Client;

/// <summary>Names shoppers.</summary>
public static class Who
{
    /// <summary>A shopper whom the shop knows.</summary>
    /// <param name="userId">The shop's id: 1 to 128 characters.</param>
    /// <param name="sessionId">The visit: up to 128 characters; empty when unknown.</param>
    public static Shopper User(string userId, string sessionId = "") =>
        new() { UserId = Require(userId, nameof(userId)), SessionId = sessionId };

    /// <summary>A visitor who has not signed in.</summary>
    /// <param name="anonymousId">The visitor's id (a cookie, a device): 1 to 128 characters.</param>
    /// <param name="sessionId">The visit: up to 128 characters; empty when unknown.</param>
    public static Shopper Visitor(string anonymousId, string sessionId = "") =>
        new() { AnonymousId = Require(anonymousId, nameof(anonymousId)), SessionId = sessionId };

    private static string Require(string id, string name) =>
        id is { Length: >= 1 and <= 128 }
            ? id
            : throw new ArgumentException($"{name} must have 1 to 128 characters.", name);
}
