namespace Personalization.Domain.Products;

/// <summary>One attribute of a product.</summary>
/// <param name="Name">Such as <c>finish</c>; 1 to 64 characters without a colon.</param>
/// <param name="Value">Such as <c>matte</c>; 1 to 64 characters.</param>
public readonly record struct ProductAttribute(string Name, string Value);
