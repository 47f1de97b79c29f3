using CsCheck;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Profiles;
using Personalization.Domain.Scoring;
using static Personalization.Domain.Tests.Profiles.Shoppers;

namespace Personalization.Domain.Tests.Profiles;

public sealed class UserProfileTests
{
    private const int Iterations = 200;

    private static readonly Gen<(ProfileInput[] History, ProfileInput[] Shuffled)> Shuffles =
        Histories.SelectMany(static h => Gen.Shuffle(h).Select(s => (h, Numbered(s))));

    [Fact]
    public void Apply_SameEventsInAnotherOrder_SaysTheSame() =>
        Shuffles.Sample(static t => AssertSame(Profile(t.History), Profile(t.Shuffled)), iter: Iterations);

    [Fact]
    public void Apply_EventsReplayedFromAnyOffset_ChangeNothing() =>
        Gen.Select(Histories, Gen.Int[0, 60]).Sample(
            static (history, from) =>
            {
                var replayed = Profile(history.Concat(history.Skip(from)));
                AssertSame(Profile(history), replayed, tolerance: 0);
            },
            iter: Iterations);

    [Fact]
    public void Apply_FeelingsThatComeLate_SayWhatTheyWouldHaveInTime() =>
        Gen.Select(Histories, Gen.Int).Sample(
            static (history, chosen) =>
            {
                bool IsLate(int i) => history[i].Observation is not null && ((chosen >> (i % 31)) & 1) == 1;
                var without = history.Select((input, i) => IsLate(i) ? input with { Observation = null } : input);
                var following = history.Where((_, i) => IsLate(i)).Select(static input => input with
                {
                    Event = input.Event with { Payload = new FeelingPayload(input.Offset, input.Event.Payload.Kind, input.Observation) },
                });

                AssertSame(Profile(history), Profile(Numbered(without.Concat(following))));
            },
            iter: Iterations);

    [Fact]
    public void Apply_OffsetAppliedBefore_IsTold()
    {
        var profile = Profile(Input(Noon, Did(BehaviourKind.View), offset: 7));

        Assert.Equal(ProfileChange.AlreadyApplied, profile.Apply(Input(Noon, Did(BehaviourKind.Purchase), product: 1, offset: 7)));
        Assert.Equal(7, profile.LastOffset);
        Assert.Equal(1, profile.EventCount);
    }

    [Fact]
    public void Features_OfAnyHistory_AreInTheirRanges() =>
        Gen.Select(Histories, Gen.Int[-10, 1000], Gen.Bool).Sample(
            static (history, days, anonymous) =>
            {
                Span<float> features = stackalloc float[ProfileFeatures.Count];
                Profile(history).ReadFeatures(Noon.AddDays(days), anonymous, features);
                for (var i = 0; i < features.Length; i++)
                {
                    var signed = (ProfileFeature)i is ProfileFeature.ShortValence or ProfileFeature.ShortArousal or ProfileFeature.LongValence
                        or ProfileFeature.LongArousal or ProfileFeature.ValenceShift or ProfileFeature.TimeOfDaySin or ProfileFeature.TimeOfDayCos;
                    Assert.InRange(features[i], signed ? -1 : 0, 1);
                }

                Assert.Equal(1, features[0]);
            },
            iter: Iterations);

    [Fact]
    public void Features_OfNobody_AreThePrior()
    {
        var reading = new UserProfile(ProfileModel.Default).Read(Noon);

        Assert.Equal(0, reading.Confidence, 1e-12);
        Assert.Equal(0, reading.ShortTerm.Valence.Mean);
        Assert.Equal(0.5, reading.PriceSensitivity);
        Assert.Equal(0, reading.Hesitation);
        Assert.InRange(reading.Intent, 0.05, 0.15);
        Assert.Null(reading.LastEventAt);
        Assert.Equal(Noon, reading.AsOf);
    }

    [Fact]
    public void Emotions_OfAnyHistory_SumToOneOrAreAllZero() =>
        Gen.Select(Histories, Gen.Int[0, 400]).Sample(
            static (history, minutes) =>
            {
                var emotions = Profile(history).Read(Noon.AddMinutes(minutes)).Emotions;
                var sum = 0f;
                for (var i = 0; i < EmotionDistribution.Count; i++)
                {
                    Assert.InRange(emotions[i], 0, 1);
                    sum += emotions[i];
                }

                Assert.True(sum == 0 || Math.Abs(sum - 1) < 1e-5, $"The emotions sum to {sum}.");
            },
            iter: Iterations);

    [Fact]
    public void Apply_SpokenFrustrationAfterPleasedClicks_PrevailsInTheSession()
    {
        var clicks = Enumerable.Range(0, 12).Select(static i =>
            Input(Noon.AddSeconds(10 * i), Did(BehaviourKind.Click), Feeling(Modality.Behaviour, 0.4), product: i));
        var spoken = Input(Noon.AddMinutes(3), new VoicePayload(2000, []), Feeling(Modality.Voice, -0.8, 0.7, 0.9));

        var before = Profile(Numbered(clicks)).Read(Noon.AddMinutes(3)).ShortTerm.Valence.Mean;
        var after = Profile(Numbered([.. clicks, spoken])).Read(Noon.AddMinutes(3)).ShortTerm;

        Assert.InRange(before, 0.1, 0.4);
        Assert.InRange(after.Valence.Mean, -0.6, -0.2);
        Assert.True(after.Arousal.Mean > 0.3);
    }

    [Theory]
    [InlineData(ObservationFlags.Sarcasm)]
    [InlineData(ObservationFlags.LowQuality)]
    [InlineData(ObservationFlags.Mixed)]
    [InlineData(ObservationFlags.UnknownLanguage)]
    public void Apply_FlaggedReading_MovesTheMoodLess(ObservationFlags flag)
    {
        var plain = Profile(Input(Noon, PayloadOf(Modality.Text), Feeling(Modality.Text, -1))).Read(Noon);
        var flagged = Profile(Input(Noon, PayloadOf(Modality.Text), Feeling(Modality.Text, -1, flags: flag))).Read(Noon);

        Assert.InRange(flagged.ShortTerm.Valence.Mean, plain.ShortTerm.Valence.Mean + 0.05, -0.01);
        Assert.True(flagged.Confidence < plain.Confidence);
    }

    [Theory]
    [InlineData(ObservationFlags.Unreadable, 0.5f, 1f)]
    [InlineData(ObservationFlags.Spam, 0.5f, 1f)]
    [InlineData(ObservationFlags.None, float.NaN, 1f)]
    [InlineData(ObservationFlags.None, 0.5f, float.NaN)]
    [InlineData(ObservationFlags.None, 0.5f, 0f)]
    public void Apply_ReadingThatSaysNothing_CountsTheEventOnly(ObservationFlags flags, float valence, float confidence)
    {
        var profile = new UserProfile(ProfileModel.Default);

        var change = profile.Apply(Input(Noon, PayloadOf(Modality.Text), Feeling(Modality.Text, valence, 0, confidence, flags), product: 1));

        Assert.Equal(ProfileChange.Counts, change);
        Assert.Equal(0, profile.Read(Noon).Confidence, 1e-12);
        Assert.Empty(profile.Snapshot(Ann, Noon).Brands);
    }

    [Fact]
    public void Read_LongAfterTheLastEvent_IsThePriorAgain()
    {
        var profile = Profile(Numbered(Enumerable.Range(0, 20).Select(static i =>
            Input(Noon.AddSeconds(i), PayloadOf(Modality.Voice), Feeling(Modality.Voice, -0.9, 0.9)))));

        var hour = profile.Read(Noon.AddHours(2));
        var year = profile.Read(Noon.AddDays(365));

        Assert.True(hour.ShortTerm.Valence.Mean > profile.Read(Noon.AddMinutes(1)).ShortTerm.Valence.Mean + 0.2);
        Assert.Equal(hour.LongTerm.Valence.Mean, hour.ShortTerm.Valence.Mean, 0.01);
        Assert.Equal(0, year.ShortTerm.Valence.Mean, 1e-3);
        Assert.Equal(0, year.Confidence, 1e-3);
    }

    [Fact]
    public void Read_BeforeTheNewestEvent_IsAsOfThatEvent()
    {
        var profile = Profile(Input(Noon, PayloadOf(Modality.Text), Feeling(Modality.Text, 1)));

        Assert.Equal(Noon, profile.Read(Noon.AddDays(-1)).AsOf);
        Assert.Equal(profile.Read(Noon).ShortTerm, profile.Read(Noon.AddDays(-1)).ShortTerm);
    }

    [Fact]
    public void Apply_ClockOfTheCallerAhead_HappenedWhenReceived()
    {
        var ahead = Input(Noon.AddYears(5), Did(BehaviourKind.View));
        ahead = ahead with { Event = ahead.Event with { ReceivedAt = Noon } };

        Assert.Equal(Noon, Profile(ahead).LastEventAt);
    }

    [Fact]
    public void Purge_OfAnyModalities_LeavesWhatTheOthersTold() =>
        Gen.Select(Histories, Gen.Int[0, 31]).Sample(
            static (history, bits) =>
            {
                var gone = (ModalitySet)bits;
                var purged = Profile(history);
                var had = purged.Sources;
                var newest = purged.LastEventAt;
                var change = purged.Purge(gone);

                AssertSame(Profile(history.Where(i => !gone.Has(Modalities.Of(i.Event.Payload.Kind)!.Value))), purged, from: newest);
                Assert.Equal((had & gone) != 0, change == ProfileChange.Purged);
            },
            iter: Iterations);

    [Fact]
    public void Apply_WordsOfASurvey_AreFiledUnderTheSurvey()
    {
        var profile = Profile(Input(Noon, PayloadOf(Modality.Survey), Feeling(Modality.Text, -1)));

        Assert.Equal(ModalitySet.Survey, profile.Sources);
        profile.Purge(ModalitySet.Survey);
        Assert.Equal(0, profile.Read(Noon).ShortTerm.Valence.Mean);
    }

    [Fact]
    public void Apply_UserDeleted_ForgetsAllButTheOffset()
    {
        var profile = Profile(
            Input(Noon, Did(BehaviourKind.Purchase), product: 1, offset: 4),
            Input(Noon, new UserDeletedPayload(), offset: 9));

        Assert.Equal(0, profile.EventCount);
        Assert.Equal(ModalitySet.None, profile.Sources);
        Assert.Equal((9, 9), (profile.LastOffset, profile.BaseOffset));
        Assert.Equal(ProfileChange.AlreadyApplied, profile.Apply(Input(Noon, Did(BehaviourKind.Purchase), product: 1, offset: 4)));
    }

    [Fact]
    public void Apply_EnginesOwnRecord_MovesTheOffsetOnly()
    {
        var profile = new UserProfile(ProfileModel.Default);

        Assert.Equal(ProfileChange.None, profile.Apply(Input(Noon, new DecisionPayload("d", []), offset: 3)));
        Assert.Equal((3, 0), (profile.LastOffset, profile.EventCount));
    }

    [Fact]
    public void TryMerge_AnySplitOfAHistory_SaysWhatTheWholeSays() =>
        Gen.Select(Histories, Gen.Int[0, 60]).Sample(
            static (history, at) =>
            {
                var known = Profile(Numbered(history.Take(at)));
                var visitor = Profile(Numbered(history.Skip(at)));
                var status = known.TryMerge(UserKey.Anonymous("x"), visitor);

                AssertSame(Profile(history), known);
                Assert.Equal(history.Length > at ? MergeStatus.Applied : MergeStatus.AlreadyApplied, status);
            },
            iter: Iterations);

    [Fact]
    public void TryMerge_FeelingsThatFollowOneByOne_SayWhatTheWholeSays() =>
        Histories.Sample(
            static history =>
            {
                var (visitorKey, known) = (UserKey.Anonymous("x"), new UserProfile(ProfileModel.Default));
                var visitor = Profile(history.Select(static input => input with { Observation = null }));
                known.TryMerge(visitorKey, visitor);
                var next = history.Length;
                foreach (var input in history.Where(static input => input.Observation is not null))
                {
                    visitor.Reset();
                    visitor.Apply(input with
                    {
                        Offset = ++next,
                        Event = input.Event with { Payload = new FeelingPayload(input.Offset, input.Event.Payload.Kind, input.Observation) },
                    });
                    Assert.Equal(MergeStatus.Applied, known.TryMerge(visitorKey, visitor));
                }

                AssertSame(Profile(history), known);
            },
            iter: Iterations);

    [Fact]
    public void TryMerge_Again_IsAppliedOnce()
    {
        var visitorKey = UserKey.Anonymous("x");
        var visitor = Profile(Input(Noon, Did(BehaviourKind.AddToCart), product: 2, offset: 5));
        var known = new UserProfile(ProfileModel.Default);

        Assert.Equal(MergeStatus.Applied, known.TryMerge(visitorKey, visitor));
        Assert.Equal(MergeStatus.AlreadyApplied, known.TryMerge(visitorKey, visitor));
        Assert.Equal(1, known.EventCount);

        // The visitor goes on without having been reset: its sums hold what was merged.
        visitor.Apply(Input(Noon, Did(BehaviourKind.View), product: 3, offset: 6));
        Assert.Equal(MergeStatus.Overlap, known.TryMerge(visitorKey, visitor));
        Assert.Equal(1, known.EventCount);

        visitor.Reset();
        visitor.Apply(Input(Noon, Did(BehaviourKind.View), product: 3, offset: 7));
        Assert.Equal(MergeStatus.Applied, known.TryMerge(visitorKey, visitor));
        Assert.Equal(2, known.EventCount);
    }

    [Fact]
    public void TryMerge_OtherOptions_IsRefused()
    {
        var other = new UserProfile(new ProfileModel(new ProfileOptions { MaxBrands = 3 }));

        Assert.Throws<ArgumentException>(() => Profile().TryMerge(UserKey.Anonymous("x"), other));
        Assert.Equal(
            MergeStatus.AlreadyApplied,
            Profile().TryMerge(UserKey.Anonymous("x"), new UserProfile(new ProfileModel(new ProfileOptions()))));
    }

    [Fact]
    public void Snapshot_CartAndPurchases_FollowTheLatestReport()
    {
        var profile = Profile(Numbered(
        [
            Input(Noon, Did(BehaviourKind.AddToCart), product: 1),
            Input(Noon.AddMinutes(1), Did(BehaviourKind.AddToCart), product: 2),
            Input(Noon.AddMinutes(2), Did(BehaviourKind.AddToCart), product: 3),
            Input(Noon.AddMinutes(3), Did(BehaviourKind.RemoveFromCart), product: 1),
            Input(Noon.AddMinutes(4), Did(BehaviourKind.Purchase), product: 2),
            Input(Noon.AddMinutes(4), Did(BehaviourKind.Dismiss), product: 7),
        ]));

        var snapshot = profile.Snapshot(Ann, Noon.AddMinutes(5));

        Assert.Equal(["sku-3"], snapshot.InCart.Select(static p => p.ProductId));
        Assert.Equal([new ProductAt("sku-2", Noon.AddMinutes(4))], snapshot.Purchased.AsEnumerable());
        Assert.Equal(["sku-7"], snapshot.Dismissed.Select(static p => p.ProductId));
        Assert.Equal(1, snapshot.Reading.CartSize);
    }

    [Fact]
    public void Snapshot_Affinities_FollowWhatWasDoneAndSaid()
    {
        var profile = Profile(Numbered(
        [
            Input(Noon, Did(BehaviourKind.Purchase), product: 0),
            Input(Noon, Did(BehaviourKind.Return), product: 1),
            Input(Noon, PayloadOf(Modality.Text), Feeling(Modality.Text, -0.9), product: 1, channel: Channel.Review),
        ]));

        var snapshot = profile.Snapshot(Ann, Noon);
        var brands = snapshot.Brands.ToDictionary(static b => b.Name);

        // One purchase of weight 3 and value 1 over a prior of weight 3; a picture's lists are a little late.
        Assert.Equal(0.5, profile.ReadAffinity(Catalogue[0].BrandFacet!.Value, Noon), 1e-6);
        Assert.Equal(0.5, brands["brand-0"].Mean, 1e-3);
        Assert.True(brands["brand-1"].Mean < -0.4);
        Assert.True(brands["brand-0"].StandardDeviation > brands["brand-1"].StandardDeviation);
        Assert.Contains(snapshot.Attributes, static a => a.Name == "finish:matte" && a.Mean > 0);
        Assert.Equal(
            ["beauty", "beauty/category-0", "beauty/category-1"], snapshot.Categories.Select(static c => c.Name).Order(StringComparer.Ordinal));
        Assert.Equal([Modality.Text, Modality.Behaviour], snapshot.Sources.Select(static s => s.Modality));
    }

    [Fact]
    public void Read_TakingTheCheapEnd_MindsThePrice()
    {
        var looks = Catalogue.Select(static (_, i) => Input(Noon, Did(BehaviourKind.View), product: i));
        var cheap = Profile(Numbered([.. looks, .. Enumerable.Range(0, 4).Select(static i => Input(Noon, Did(BehaviourKind.Purchase), product: i % 2))]));
        var dear = Profile(Numbered([.. looks, .. Enumerable.Range(0, 4).Select(static i => Input(Noon, Did(BehaviourKind.Purchase), product: 11 - (i % 2)))]));

        Assert.InRange(cheap.Read(Noon).PriceSensitivity, 0.75, 1);
        Assert.InRange(dear.Read(Noon).PriceSensitivity, 0, 0.25);
        Assert.InRange(cheap.Read(Noon).PriceConfidence, 0.5, 0.6);
    }

    [Fact]
    public void Snapshot_OfAChangedProfile_IsTheSameWhetherOrNotOneWasTakenBefore() =>
        Gen.Select(Histories, Gen.Int[0, 31], Gen.Int[0, 3000]).Sample(
            static (history, gone, minutes) =>
            {
                var (watched, fresh) = (new UserProfile(ProfileModel.Default), new UserProfile(ProfileModel.Default));
                foreach (var input in history)
                {
                    watched.Apply(in input);
                    watched.Snapshot(Ann, Noon.AddMinutes(minutes));
                    fresh.Apply(in input);
                }

                AssertSame(fresh, watched, tolerance: 0);
                watched.Purge((ModalitySet)gone);
                fresh.Purge((ModalitySet)gone);
                AssertSame(fresh, watched, tolerance: 0);
            },
            iter: 50);

    [Fact]
    public void ChangeSince_NothingHappened_IsNone()
    {
        var profile = Profile(Numbered([Input(Noon, PayloadOf(Modality.Text), Feeling(Modality.Text, 0.7), product: 1)]));
        var earlier = profile.Snapshot(Ann, Noon);

        Assert.Equal(ProfileChange.None, profile.Snapshot(Ann, Noon).ChangeSince(earlier));
        profile.Apply(Input(Noon, Did(BehaviourKind.AddToCart), product: 5, offset: 2));
        Assert.Equal(
            ProfileChange.Counts | ProfileChange.Signals | ProfileChange.Products | ProfileChange.Affinities | ProfileChange.PriceSensitivity,
            profile.Snapshot(Ann, Noon).ChangeSince(earlier));
        Assert.True(profile.Snapshot(Ann, Noon.AddHours(2)).ChangeSince(earlier).HasFlag(ProfileChange.Mood));
    }

    [Fact]
    public void Apply_SteadyState_AllocatesNothing()
    {
        var inputs = Numbered(Enumerable.Range(0, 4000).Select(static i => Input(
            Noon.AddSeconds(i * 20), PayloadOf(i % 3 == 0 ? Modality.Text : Modality.Behaviour, (BehaviourKind)(1 + (i % 13))),
            Feeling(i % 3 == 0 ? Modality.Text : Modality.Behaviour, 0.3), product: i % 12)));
        var profile = Profile(inputs.Take(2000));
        Span<float> features = stackalloc float[ProfileFeatures.Count];
        profile.ReadFeatures(Noon.AddDays(1), false, features);

        // Compiling a hot loop anew happens on this thread, once, and may allocate; what the profile allocates, it does every time.
        var least = long.MaxValue;
        for (var round = 2; round < 4; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = round * 1000; i < (round + 1) * 1000; i++)
            {
                profile.Apply(in inputs[i]);
                profile.ReadFeatures(inputs[i].Event.OccurredAt, false, features);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.Equal(4000, profile.LastOffset);
    }
}
