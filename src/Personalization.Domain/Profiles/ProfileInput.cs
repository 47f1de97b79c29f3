using Personalization.Domain.Ingestion;
using Personalization.Domain.Products;
using Personalization.Domain.Scoring;

namespace Personalization.Domain.Profiles;

/// <summary>One event on its way into a profile.</summary>
/// <param name="Offset">Its offset in the user's partition of the log, from 1.</param>
/// <param name="Event">The event.</param>
/// <param name="Observation">What was felt in it; null when it carries no feeling or could not be scored.</param>
/// <param name="Product">What the catalogue says about its product; null when it is about none or the catalogue lacks it.</param>
public readonly record struct ProfileInput(long Offset, ShopperEvent Event, SentimentObservation? Observation = null, ProductFacts? Product = null);
