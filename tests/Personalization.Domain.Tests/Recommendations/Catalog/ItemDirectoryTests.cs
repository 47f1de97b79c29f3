using Personalization.Domain.Recommendations.Catalog;

namespace Personalization.Domain.Tests.Recommendations.Catalog;

public sealed class ItemDirectoryTests
{
    [Fact]
    public void Find_ByCharacters_GivesTheStringOfOldAndNewProductsAndNothingForOthers()
    {
        // Many at once are frozen, a few more are not.
        var directory = Grown(Grown(ItemDirectory.Empty, 0, 1000), 1000, 3);
        for (var number = 0; number < directory.Count; number++)
        {
            Assert.Same(directory[number], directory.Find($"p{number}"));
        }

        Assert.Null(directory.Find("p1003"));
        Assert.Null(directory.Find(""));
    }

    private static ItemDirectory Grown(ItemDirectory directory, int from, int count)
    {
        var writer = directory.Edit();
        foreach (var number in Enumerable.Range(from, count))
        {
            writer.Intern($"p{number}");
        }

        return writer.Finish();
    }
}
