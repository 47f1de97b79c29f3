using Personalization.Domain.Profiles;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>
/// What a shopper turned to last, newest first: what was looked at and what was bought, from two lists that are each newest
/// first. Where only purchases are told — a till, an order history — they are all there is to go by.
/// </summary>
/// <remarks>A product that was both looked at and bought comes twice: whoever collects them knows what is there already.</remarks>
internal ref struct TurnedTo(ReadOnlySpan<ProductAt> viewed, ReadOnlySpan<ProductAt> bought)
{
    private ReadOnlySpan<ProductAt> _viewed = viewed;
    private ReadOnlySpan<ProductAt> _bought = bought;

    /// <summary>The next one back in time.</summary>
    /// <returns>False when there are no more.</returns>
    public bool TryNext(out string productId)
    {
        if (_viewed.IsEmpty && _bought.IsEmpty)
        {
            productId = string.Empty;
            return false;
        }

        ref var newer = ref _viewed;
        if (_viewed.IsEmpty || (!_bought.IsEmpty && _bought[0].At > _viewed[0].At))
        {
            newer = ref _bought;
        }

        productId = newer[0].ProductId;
        newer = newer[1..];
        return true;
    }
}
