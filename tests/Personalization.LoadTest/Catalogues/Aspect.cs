namespace Personalization.LoadTest.Catalogues;

/// <summary>What shoppers judge a product by.</summary>
internal enum Aspect
{
    Effect,
    Texture,
    Scent,
    Gentleness,
    Colour,
    Wear,
    Packaging,
    Value,
}
