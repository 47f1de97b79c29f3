using Grpc.Core;
using NSubstitute;
using Personalization.Api.Tests.Fakes;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Profiles;

namespace Personalization.Api.Tests.Profiles;

public sealed class ProfileServiceTests
{
    private static readonly UserKey s_ada = UserKey.Known("ada");
    private static readonly UserKey s_cookie = UserKey.Anonymous("cookie");

    [Fact]
    public async Task GetProfile_EveryField_ComesBack()
    {
        var grain = Substitute.For<IUserProfileGrain>();
        grain.GetProfile(0, Arg.Any<CancellationToken>()).Returns(Replies.Profile("u:ada"));
        await using var host = await ApiHost.StartAsync(grains: g => g.GetGrain<IUserProfileGrain>("u:ada").Returns(grain));

        var profile = (await host.Profiles.GetProfileAsync(new Wire.GetProfileRequest { Shopper = Ada() })).Profile;

        Assert.Equal(("ada", true, 99L, 0.4, 0.1), (profile.Shopper.UserId, profile.Known, profile.AsOf.Offset, profile.Mood.Valence.Mean, profile.Disposition.Valence.Mean));
        Assert.Equal((1f, "Lumen", Wire.Modality.Text, Wire.Modality.Face), (profile.Emotions.Joy, profile.Affinities[0].Name, profile.Sources[0].Modality, profile.Consents[0].Modality));
        Assert.Equal((0.6, "behaviour@1", 0.3), (profile.PurchaseIntent, profile.PurchaseIntentBy, profile.Frustration));
        Assert.Equal(["p1", "p2", "p3"], [.. profile.RecentlyViewed, .. profile.InCart, .. profile.Purchased]);
    }

    [Fact]
    public async Task SetConsent_Withdrawal_HoldsAtTheDoorAndStandsInTheLog()
    {
        await using var host = await ApiHost.StartAsync();

        var response = await host.Profiles.SetConsentAsync(Consent(Wire.Modality.Text, granted: false));
        var ingested = await host.Ingestion.IngestEventsAsync(new Wire.IngestEventsRequest { Events = { Events.Text().Lately() } });

        Assert.Equal("NO_CONSENT", ingested.Results[0].Reason);
        var logged = Assert.IsType<ConsentChangedPayload>(host.Parts.Log.Events.Single().Payload);
        Assert.False(ConsentRecord.Decode(logged.Body.AsSpan()).Allows(Modality.Text, new ConsentPolicy()));
        Assert.Equal(9, response.Consents.Count);
        var text = response.Consents.Single(static c => c.Modality == Wire.Modality.Text);
        Assert.Equal((false, true), (text.Granted, text.Explicit));
        var face = response.Consents.Single(static c => c.Modality == Wire.Modality.Face);
        Assert.Equal((false, false), (face.Granted, face.Explicit));
        Assert.NotEmpty(response.ConsistencyToken);
    }

    [Fact]
    public async Task SetConsent_SubjectMissingOrTwice_IsInvalidArgument()
    {
        await using var host = await ApiHost.StartAsync();
        var request = Consent(Wire.Modality.Text, granted: true);
        request.Changes.Add(new Wire.ConsentState());
        request.Changes.Add(new Wire.ConsentState { Modality = Wire.Modality.Text });
        request.Changes.Add(new Wire.ConsentState { Purpose = (Wire.ConsentPurpose)9 });

        var (_, _, fields, _) = await ApiHost.RefusalAsync(() => host.Profiles.SetConsentAsync(request).ResponseAsync);

        Assert.Equal(["changes[1].subject", "changes[2]", "changes[3].purpose"], fields!.FieldViolations.Select(static f => f.Field));
    }

    [Fact]
    public async Task MergeIdentity_Visitor_StandsForTheUserFromThenOnWithTheStricterConsents()
    {
        await using var host = await ApiHost.StartAsync();
        var refused = Consent(Wire.Modality.Text, granted: false);
        refused.Shopper = new Wire.Shopper { AnonymousId = "cookie" };
        await host.Profiles.SetConsentAsync(refused);
        var request = new Wire.MergeIdentityRequest { AnonymousId = "cookie", UserId = "ada" };

        var first = await host.Profiles.MergeIdentityAsync(request);
        var again = await host.Profiles.MergeIdentityAsync(request);
        var view = Events.View().Lately();
        view.Shopper = new Wire.Shopper { AnonymousId = "cookie" };
        var ingested = await host.Ingestion.IngestEventsAsync(new Wire.IngestEventsRequest { Events = { view, Events.Text("e2").Lately() } });

        Assert.Equal((false, true), (first.AlreadyMerged, again.AlreadyMerged));
        Assert.Equal(first.ConsistencyToken, again.ConsistencyToken);
        var merged = host.Parts.Log.Events.Single(static e => e.Payload is IdentityMergedPayload);
        Assert.Equal((s_cookie, s_ada), (merged.User, ((IdentityMergedPayload)merged.Payload).Into));
        Assert.Equal(s_ada, host.Parts.Log.Events.Single(static e => e.EventId == "e1").User);
        Assert.Equal(["", "NO_CONSENT"], ingested.Results.Select(static r => r.Reason));
    }

    [Fact]
    public async Task MergeIdentity_VisitorOfAnotherUser_IsRefused()
    {
        await using var host = await ApiHost.StartAsync();
        await host.Profiles.MergeIdentityAsync(new Wire.MergeIdentityRequest { AnonymousId = "cookie", UserId = "ada" });

        var (code, info, _, _) = await ApiHost.RefusalAsync(() => host.Profiles.MergeIdentityAsync(
            new Wire.MergeIdentityRequest { AnonymousId = "cookie", UserId = "bob" }).ResponseAsync);

        Assert.Equal((StatusCode.FailedPrecondition, "MERGED_ELSEWHERE"), (code, info.Reason));
    }

    [Fact]
    public async Task DeleteUser_WithAVisitor_ErasesBothAndForgetsTheLink()
    {
        await using var host = await ApiHost.StartAsync();
        await SetUpAsync(host);

        var receipt = await host.Profiles.DeleteUserAsync(new Wire.DeleteUserRequest { Shopper = new Wire.Shopper { AnonymousId = "cookie" } });

        Assert.NotEmpty(receipt.ReceiptId);
        await host.Parts.Keys.Received(1).DestroyAsync(s_ada, Arg.Any<CancellationToken>());
        await host.Parts.Keys.Received(1).DestroyAsync(s_cookie, Arg.Any<CancellationToken>());
        Assert.Equal([s_cookie, s_ada], host.Parts.Log.Events.Where(static e => e.Payload is UserDeletedPayload).Select(static e => e.User).OrderBy(static u => u.Value));
        Assert.Empty(host.Parts.Rejected.All);
        Assert.Contains("profile: reset", receipt.Erased);

        var afterwards = Events.View("e9").Lately();
        afterwards.Shopper = new Wire.Shopper { AnonymousId = "cookie" };
        await host.Ingestion.IngestEventsAsync(new Wire.IngestEventsRequest { Events = { afterwards, Events.Text("e10").Lately() } });
        Assert.Equal(s_cookie, host.Parts.Log.Events.Single(static e => e.EventId == "e9").User);
        Assert.Contains(host.Parts.Log.Events, static e => e.EventId == "e10");
    }

    [Fact]
    public async Task DeleteUser_CutShort_IsTakenUpUnderTheSameReceipt()
    {
        await using var host = await ApiHost.StartAsync();
        await SetUpAsync(host);
        host.Parts.Log.Failure = new EventLogOverloadedException(TimeSpan.FromMilliseconds(1));
        var request = new Wire.DeleteUserRequest { Shopper = Ada() };
        await Assert.ThrowsAsync<RpcException>(() => host.Profiles.DeleteUserAsync(request).ResponseAsync);
        host.Parts.Log.Failure = null;

        var receipt = await host.Profiles.DeleteUserAsync(request);

        var deletions = host.Parts.Log.Events.Where(static e => e.Payload is UserDeletedPayload).ToList();
        Assert.Equal([s_cookie, s_ada], deletions.Select(static e => e.User).OrderBy(static u => u.Value));
        Assert.All(deletions, e => Assert.Equal($"erasure:{receipt.ReceiptId}", e.EventId));
        Assert.Empty(await host.Parts.Documents.ScanAsync("erasure-pending", "", 10, TestContext.Token));
        Assert.Equal(receipt.ReceiptId, (await host.Parts.Documents.ScanAsync("erasure-receipt", "", 10, TestContext.Token)).Single().Key);
    }

    [Fact]
    public async Task DeleteUser_EngineBehind_SaysThatTheResetIsUnderWay()
    {
        var partition = Substitute.For<IIngestionPartitionGrain>();
        partition.WaitForApplied(default, default).ReturnsForAnyArgs(new TaskCompletionSource().Task);
        await using var host = await ApiHost.StartAsync(
            static o => o.MaxMergeWait = TimeSpan.FromMilliseconds(10), g => g.GetGrain<IIngestionPartitionGrain>(Arg.Any<long>()).Returns(partition));

        var receipt = await host.Profiles.DeleteUserAsync(new Wire.DeleteUserRequest { Shopper = Ada() });

        Assert.Contains(receipt.Erased, static e => e.Contains("being carried out", StringComparison.Ordinal));
    }

    private static async Task SetUpAsync(ApiHost host)
    {
        host.Parts.Keys.DestroyAsync(default, default).ReturnsForAnyArgs(static _ => ValueTask.FromResult(true))
            .AndDoes(call => host.Parts.Documents.Forget(call.Arg<UserKey>()));
        await host.Profiles.SetConsentAsync(Consent(Wire.Modality.Text, granted: false));
        await host.Profiles.MergeIdentityAsync(new Wire.MergeIdentityRequest { AnonymousId = "cookie", UserId = "ada" });
        await host.Ingestion.IngestEventsAsync(new Wire.IngestEventsRequest { Events = { Events.Text().Lately() } });
        Assert.Single(host.Parts.Rejected.All);
    }

    private static Wire.Shopper Ada() => new() { UserId = "ada" };

    private static Wire.SetConsentRequest Consent(Wire.Modality modality, bool granted) => new()
    {
        Shopper = Ada(), PolicyVersion = "2026-01", Source = "banner", Changes = { new Wire.ConsentState { Modality = modality, Granted = granted } },
    };
}
