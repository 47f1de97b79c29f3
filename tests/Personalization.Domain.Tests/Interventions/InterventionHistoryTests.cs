using System.Buffers;
using CsCheck;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Interventions;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Tests.Interventions;

/// <summary>What was offered is remembered as long as anybody asks for it, whatever else is decided.</summary>
public sealed class InterventionHistoryTests
{
    private static readonly DateTimeOffset s_start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    /// <summary>Decisions, most of them to do nothing, minutes to hours apart, a few of them told twice.</summary>
    private static readonly Gen<Decision[]> s_decisions =
        Gen.Select(Gen.Int[0, 60], Gen.Int[0, 12], Gen.Int[1, 300], Gen.Bool).Array[0, 200].Select(static steps =>
        {
            var at = s_start;
            var decisions = new List<Decision>();
            foreach (var (id, action, minutes, again) in steps)
            {
                at += TimeSpan.FromMinutes(minutes);
                var decision = new Decision(
                    $"d{decisions.Count}-{id}", action < InterventionActions.Count ? InterventionActions.All[action] : InterventionAction.Nothing, at);
                decisions.Add(decision);
                if (again)
                {
                    decisions.Add(decisions[Math.Max(0, decisions.Count - 1 - id)]);
                }
            }

            return decisions.ToArray();
        });

    [Fact]
    public void LastAtAndCount_AnyDecisions_AreThoseOfAHistoryWithoutBound() => s_decisions.Sample(decisions =>
    {
        var history = new InterventionHistory();
        for (var i = 0; i < decisions.Length; i++)
        {
            Add(history, decisions[i]);
            history = i % 17 == 0 ? RoundTrip(history) : history;
            Check(history, decisions.AsSpan(0, i + 1).ToArray());
        }
    });

    [Fact]
    public void Absorb_AnyTwoHistories_KnowsWhatBothWereOffered() => Gen.Select(s_decisions, s_decisions).Sample((own, others) =>
    {
        others = Array.ConvertAll(others, static d => d with { Id = "other-" + d.Id });
        var (history, other) = (new InterventionHistory(), new InterventionHistory());
        Array.ForEach(own, decision => Add(history, decision));
        Array.ForEach(others, decision => Add(other, decision));
        history.Absorb(other);
        history.Absorb(other);
        Check(history, [.. own, .. others]);
    });

    [Fact]
    public void Decide_CartLookedIntoAgainAndAgain_OffersTheDiscountOnce()
    {
        var options = new InterventionOptions { HoldoutShare = 0 };
        var policy = new InterventionPolicy(options);
        var history = new InterventionHistory();
        Add(history, new Decision("offer", InterventionAction.Discount, s_start));
        for (var i = 1; i <= 500; i++)
        {
            Add(history, new Decision($"look-{i}", InterventionAction.Nothing, s_start + TimeSpan.FromSeconds(i)));
        }

        var request = new InterventionRequest
        {
            User = UserKey.Known("u"), Now = s_start + options.Cooldown - TimeSpan.FromSeconds(1), Touchpoint = Touchpoint.Cart,
            CartValue = 100, CartMargin = 40, Hesitation = 0.7, Valence = 0, Confidence = 1, Seed = 1, MayBeOffered = true, AllowedActions = InterventionRequest.AllActions,
        };
        Assert.Equal(InterventionReason.Cooldown, ReasonOf(policy, request, history));
        Assert.Equal(InterventionReason.ExpectedValue, ReasonOf(policy, request with { Now = s_start + options.Cooldown }, history));
        var strict = new InterventionPolicy(options with { DailyCap = 1, Cooldown = TimeSpan.Zero });
        Assert.Equal(InterventionReason.CapReached, ReasonOf(strict, request, history));
    }

    [Fact]
    public void Join_OfferFollowedByManyDecisionsToDoNothing_IsStillKnown()
    {
        var history = new InterventionHistory();
        Add(history, new Decision("offer", InterventionAction.Perk, s_start));
        for (var i = 1; i <= 500; i++)
        {
            Add(history, new Decision($"look-{i}", InterventionAction.Nothing, s_start + TimeSpan.FromSeconds(i)));
        }

        var outcome = new InterventionOutcomePayload("offer", Shown: true, Accepted: true, Converted: true, 50, 20, 2, "EUR");
        Assert.Equal(InterventionJoin.Teaches, history.Join(outcome, s_start + TimeSpan.FromMinutes(10), 7, s_day, out _));
        Assert.True(history.IsOpen("look-500", s_start + TimeSpan.FromMinutes(10), s_day));
        Assert.Null(history.IsOpen("look-1", s_start, s_day));
    }

    [Fact]
    public void Write_MostOffersThatAreKept_IsBounded()
    {
        var history = new InterventionHistory();
        for (var i = 0; i < 10_000; i++)
        {
            Add(history, new Decision($"offer-{i:d5}", InterventionActions.All[i % InterventionActions.Count], s_start + TimeSpan.FromSeconds(i)));
        }

        Assert.InRange(history.CountSince(s_start - s_day), 100, 106);
        Assert.True(Encode(history).Length < 5_000);
    }

    [Fact]
    public void Read_FirstFormat_KnowsWhatItsDecisionsTell()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new StateWriter(output);
        writer.UInt(2);
        foreach (var (id, action, at) in new[] { ("a", InterventionAction.Help, s_start), ("b", InterventionAction.Nothing, s_start + TimeSpan.FromHours(1)) })
        {
            writer.Text(id);
            writer.Byte((byte)action);
            writer.Byte(default(InterventionContext).Number);
            writer.Time(at);
            writer.Bool(true);
            writer.Bool(false);
        }

        writer.Text("what follows");
        var reader = new StateReader(output.WrittenSpan);
        var history = InterventionHistory.Read(ref reader);
        Assert.Equal("what follows", reader.Text());
        Check(history, [new Decision("a", InterventionAction.Help, s_start), new Decision("b", InterventionAction.Nothing, s_start + TimeSpan.FromHours(1))]);
        Assert.True(history.IsOpen("b", s_start + TimeSpan.FromHours(2), s_day));
    }

    [Theory]
    [InlineData(33)]
    [InlineData(67)]
    public void Read_UnknownFormat_IsRefused(byte first) => Assert.Throws<FormatException>(() =>
    {
        var reader = new StateReader([first]);
        InterventionHistory.Read(ref reader);
    });

    private static InterventionReason ReasonOf(InterventionPolicy policy, InterventionRequest request, InterventionHistory history) =>
        policy.Decide(request, history, new InterventionStatistics().ToModel()).Assessments[InterventionAction.Discount.Index()].Reason;

    private static void Check(InterventionHistory history, Decision[] decisions)
    {
        var offers = decisions.Where(static d => d.Action != InterventionAction.Nothing).DistinctBy(static d => d.Id).ToArray();
        foreach (var action in InterventionActions.All[1..])
        {
            var expected = offers.Where(d => d.Action == action).Select(static d => (DateTimeOffset?)d.At).Max();
            Assert.Equal(expected, history.LastAt(action));
        }

        var last = offers.Select(static d => d.At).DefaultIfEmpty(s_start).Max();
        foreach (var since in new[] { last - s_day, last - TimeSpan.FromHours(3) })
        {
            Assert.Equal(Math.Min(100, offers.Count(d => d.At > since)), Math.Min(100, history.CountSince(since)));
        }
    }

    private static void Add(InterventionHistory history, Decision decision) =>
        history.Add(decision.Id, decision.Action, default, decision.At);

    private static InterventionHistory RoundTrip(InterventionHistory history)
    {
        var reader = new StateReader(Encode(history));
        var read = InterventionHistory.Read(ref reader);
        Assert.True(reader.AtEnd);
        return read;
    }

    private static byte[] Encode(InterventionHistory history)
    {
        var output = new ArrayBufferWriter<byte>();
        history.Write(new StateWriter(output));
        return output.WrittenSpan.ToArray();
    }

    private sealed record Decision(string Id, InterventionAction Action, DateTimeOffset At);
}
