using System.Diagnostics;
using Personalization.Client;
using Personalization.LoadTest.Arms;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Feelings;
using Personalization.LoadTest.Measuring;
using Personalization.LoadTest.Shoppers;
using Personalization.V1;

namespace Personalization.LoadTest.Driving;

/// <summary>
/// One visit of one shopper, from coming in to leaving: speaks of what was bought before, looks at the home page and at a
/// category, views, tries on, puts into the cart, asks, checks out. Everything goes over the wire as a shop would send it.
/// </summary>
internal sealed class Visit(World world, SimulatedShopper shopper)
{
    private readonly ShopperSession _session = world.Client.OpenSession(Who.User(shopper.UserId, $"visit-{shopper.Visits}"), world.Writer);
    private readonly FeedbackWriter _words = new(shopper);

    public World World { get; } = world;

    public SimulatedShopper Shopper { get; } = shopper;

    public ShopperSession Session => _session;

    public Rng Rng => Shopper.Rng;

    public FeedbackWriter Words => _words;

    /// <summary>What the shopper came for.</summary>
    public int SoughtFamily { get; private set; }

    /// <summary>What was looked at last; null before anything was.</summary>
    public Item? LastViewed { get; set; }

    /// <summary>Runs it. Failed calls are recorded, and end the visit.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ShopAsync(cancellationToken);
            World.Record.VisitEnded();
        }
        catch (Exception e) when (e is Grpc.Core.RpcException or FormatException && !cancellationToken.IsCancellationRequested)
        {
            World.Record.Failed("visit", e);
        }
        finally
        {
            Shopper.Visits++;
        }
    }

    private async Task ShopAsync(CancellationToken cancellationToken)
    {
        Shopper.Mood.Rest();
        await AskConsentAsync(cancellationToken);
        await new Aftermath(this).RunAsync(cancellationToken);
        SoughtFamily = PickFamily();
        if (Rng.Chance(0.3))
        {
            await PostAsync(Events.Search($"{TraitWord()} {Family.All[SoughtFamily].Name}"), cancellationToken);
        }

        var browsing = new Browsing(this);
        await browsing.LookAsync("home", null, null, Touchpoint.Home, cancellationToken);
        await browsing.LookAsync("category", SoughtFamily, null, Touchpoint.Category, cancellationToken);
        if (LastViewed is { } seed && Rng.Chance(0.5))
        {
            await browsing.LookAsync("product", null, seed, Touchpoint.Product, cancellationToken);
        }

        await StumbleAsync(cancellationToken);
        await TalkAsync(cancellationToken);
        await new Checkout(this).RunAsync(cancellationToken);
        await LeaveAsync(cancellationToken);
    }

    /// <summary>Sends an event without waiting for its answer.</summary>
    public ValueTask PostAsync(Event shopperEvent, CancellationToken cancellationToken) => Session.PostAsync(shopperEvent, cancellationToken);

    /// <summary>Sends an event and waits until it is durable: what is asked for next has seen it, and all before it.</summary>
    public async ValueTask TrackAsync(Event shopperEvent, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await Session.TrackAsync(shopperEvent, cancellationToken);
        World.Record.Acknowledge.RecordSince(started);
    }

    /// <summary>
    /// Says what became of the engine's slates; for the other arms there is nobody to tell, and a shop tells nothing of
    /// shoppers who have refused.
    /// </summary>
    public async ValueTask ReportAsync(List<Outcome> outcomes, CancellationToken cancellationToken)
    {
        if (outcomes.Count > 0 && Shopper.Manner.Personalised)
        {
            World.Record.Reported(await Session.ReportAsync(outcomes, cancellationToken));
        }
    }

    private async ValueTask AskConsentAsync(CancellationToken cancellationToken)
    {
        if (Shopper.ConsentSent)
        {
            return;
        }

        Shopper.ConsentSent = true;
        List<ConsentState> changes =
        [
            new() { Modality = Modality.Face, Granted = Shopper.Manner.Camera },
            new() { Modality = Modality.Voice, Granted = Shopper.Manner.Microphone },
        ];
        if (!Shopper.Manner.Personalised)
        {
            changes.Add(new ConsentState { Purpose = ConsentPurpose.Personalization, Granted = false });
        }

        await Session.SetConsentAsync(changes, "2025-01", "banner", cancellationToken);
    }

    private int PickFamily()
    {
        var families = Shopper.Taste.Families;
        var sums = new double[families.Length];
        double sum = 0;
        for (var f = 0; f < sums.Length; f++)
        {
            sum += World.Catalogue.ByFamily[f].Length == 0 ? 0 : Math.Exp(1.3 * families[f]);
            sums[f] = sum;
        }

        return Rng.PickCumulative(sums);
    }

    private string TraitWord()
    {
        var family = Family.All[SoughtFamily];
        var trait = Rng.Pick(family.Traits);
        var number = TraitValues.NumberOf(trait, Rng.Next(TraitValues.CountOf(trait)));
        return TraitValues.ValueOf(trait, number);
    }

    /// <summary>Now and then the shop itself gets in the way.</summary>
    private async ValueTask StumbleAsync(CancellationToken cancellationToken)
    {
        if (!Rng.Chance(0.05))
        {
            return;
        }

        Shopper.Mood.Move(-0.35, 0.4);
        var rage = Events.Did(BehaviourAction.RageClick, LastViewed?.ProductId ?? string.Empty);
        rage.Behaviour.Count = 3 + Rng.Next(6);
        await PostAsync(rage, cancellationToken);
    }

    /// <summary>Chat and calls are about the visit, not about a product.</summary>
    private async ValueTask TalkAsync(CancellationToken cancellationToken)
    {
        var mood = Shopper.Mood;
        if (Rng.Chance(0.03 + (0.25 * Math.Max(0, -mood.Valence))))
        {
            await PostAsync(Events.Wrote(Channel.Chat, Words.Chat(mood.Valence, LastViewed)), cancellationToken);
        }

        // A front end that forgot to ask sends a voice that nobody agreed to: the engine must drop it.
        var speaks = Shopper.Manner.Microphone || Rng.Chance(0.05);
        if (speaks && Rng.Chance(0.01 + (0.15 * Math.Max(0, -mood.Valence))))
        {
            var features = VoiceGenerator.Make(Rng, mood.Valence, mood.Arousal, Shopper.Manner.PitchHz, Shopper.Manner.Expressiveness);
            await PostAsync(
                new Event { Touchpoint = Touchpoint.Support, Channel = Channel.Voice, VoiceSegment = new VoiceSegment { Features = features } },
                cancellationToken);
        }
    }

    private async ValueTask LeaveAsync(CancellationToken cancellationToken)
    {
        if (Rng.Chance(0.04))
        {
            await PostAsync(
                new Event
                {
                    Touchpoint = Touchpoint.PostPurchase,
                    Channel = Channel.Survey,
                    SurveyAnswer = SurveyGenerator.Make(Rng, SurveyMetric.Ces, Shopper.Mood.Valence),
                },
                cancellationToken);
        }

        Shopper.Mood.Drift(Rng);
    }
}
