using Personalization.Domain.Profiles;

namespace Personalization.Domain.Tests.Profiles;

public sealed class ProfileFeaturesTests
{
    [Fact]
    public void Names_OnePerFeature_InTheOrderOfTheirNumbers()
    {
        Assert.Equal(ProfileFeatures.Count, ProfileFeatures.Names.Length);
        for (var i = 0; i < ProfileFeatures.Count; i++)
        {
            Assert.Equal(((ProfileFeature)i).ToString(), ProfileFeatures.Names[i]);
        }
    }
}
