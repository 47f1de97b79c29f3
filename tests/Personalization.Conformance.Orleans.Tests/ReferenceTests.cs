using Orleans.Runtime;

namespace Personalization.Conformance.Orleans.Calls;

/// <summary>References that are made from types and keys instead of interfaces: the same as those of <c>GetGrain</c>.</summary>
[Collection(ClusterFixture.Name)]
public sealed class ReferenceTests(ClusterFixture cluster)
{
    [Fact]
    public async Task GetGrain_ByIdAndInterfaceType_IsTheGrainOfThatKey()
    {
        var key = ClusterFixture.NewKey();
        var usual = cluster.Client.GetGrain<ICallGrain>(key);
        var reference = (GrainReference)(object)usual;
        var made = cluster.Client.GetGrain(reference.GrainId, reference.InterfaceType);

        var typed = Assert.IsAssignableFrom<ICallGrain>(made);
        Assert.Equal(usual.GetGrainId(), typed.GetGrainId());
        Assert.Equal(reference, made);
        Assert.Equal(await usual.Identity(), await typed.Identity());
    }

    [Fact]
    public void GetGrain_ByIdOfAnotherKey_HasThatKeyAndTheSameInterface()
    {
        var one = (GrainReference)(object)cluster.Silo.GetGrain<ICallGrain>(ClusterFixture.NewKey());
        var key = ClusterFixture.NewKey();
        var other = cluster.Silo.GetGrain(GrainId.Create(one.GrainId.Type, IdSpan.Create(key)), one.InterfaceType);

        Assert.Equal(cluster.Silo.GetGrain<ICallGrain>(key).GetGrainId(), other.GetGrainId());
        Assert.Equal(one.InterfaceType, ((GrainReference)other).InterfaceType);
        Assert.NotEqual(one, other);
    }
}
