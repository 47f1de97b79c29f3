using Personalization.Domain.Ingestion;
using Personalization.V1;

namespace Personalization.Api.Validation;

/// <summary>Who a call is about.</summary>
internal static class ShopperRules
{
    /// <summary>Checks a shopper that must be there, and gives its key.</summary>
    /// <returns>The key as the caller wrote it, aliases not looked up; default when there is a violation.</returns>
    public static UserKey Shopper(this FieldViolations violations, string field, Shopper? value)
    {
        if (value is null)
        {
            violations.Add(field, "is missing; allowed: a shopper with user_id or anonymous_id");
            return default;
        }

        using var _ = violations.In(field);
        var sessionIsGood = violations.OptionalId("session_id", value.SessionId);
        switch (value.IdCase)
        {
            case Wire.Shopper.IdOneofCase.UserId when violations.Id("user_id", value.UserId):
                return sessionIsGood ? UserKey.Known(value.UserId) : default;
            case Wire.Shopper.IdOneofCase.AnonymousId when violations.Id("anonymous_id", value.AnonymousId):
                return sessionIsGood ? UserKey.Anonymous(value.AnonymousId) : default;
            case Wire.Shopper.IdOneofCase.None:
                violations.Add(string.Empty, "has no id; allowed: user_id or anonymous_id of 1 to 128 characters");
                return default;
            default:
                return default;
        }
    }

    /// <summary>The wire's form of a key.</summary>
    public static Shopper ToShopper(UserKey user) =>
        user.IsAnonymous ? new Shopper { AnonymousId = user.Id } : new Shopper { UserId = user.Id };
}
