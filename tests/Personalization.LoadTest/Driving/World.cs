using Personalization.Client;
using Personalization.LoadTest.Arms;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Shoppers;

namespace Personalization.LoadTest.Driving;

/// <summary>Everything that a run is made of: the shop, its shoppers, the arms, the engine's client, and what is measured.</summary>
internal sealed class World : IAsyncDisposable
{
    private readonly ISlateSource[] _arms;

    /// <param name="client">The engine's client.</param>
    /// <param name="seed">The shop and its shoppers: the same seed, the same ones.</param>
    /// <param name="products">How many products there are.</param>
    /// <param name="shoppers">How many shoppers there are.</param>
    /// <param name="time">The clock.</param>
    /// <param name="armOf">Which shopper is in which arm; null: as <see cref="ArmAssignment"/> has it.</param>
    public World(PersonalizationClient client, int seed, int products, int shoppers, TimeProvider time, Func<int, Arm>? armOf = null)
    {
        armOf ??= ArmAssignment.Of;
        Client = client;
        Time = time;
        Catalogue = CatalogueGenerator.Make(seed, products);
        var factory = new ShopperFactory(seed, Catalogue);
        Shoppers = [.. Enumerable.Range(0, shoppers).Select(i => factory.Make(i, armOf(i)))];
        Popularity = new PopularityArm(Catalogue, time, seed);
        Feelings = new FeelingRecord(Catalogue);
        ArmRecord = new ArmRecord(Shoppers);
        _arms = [new EngineArm(client, Catalogue, Record), Popularity, new RandomArm(Catalogue)];
        Writer = client.OpenEventWriter(new EventWriterOptions
        {
            Linger = TimeSpan.FromMilliseconds(1),
            Answered = Record.Acknowledged,
            Failed = (_, failure) => Record.Failed("StreamEvents", failure),
        });
    }

    public PersonalizationClient Client { get; }

    public TimeProvider Time { get; }

    public Catalogue Catalogue { get; }

    public SimulatedShopper[] Shoppers { get; }

    public EventWriter Writer { get; }

    public PopularityArm Popularity { get; }

    public RunRecord Record { get; } = new();

    public ArmRecord ArmRecord { get; }

    public InterventionRecord Interventions { get; } = new();

    public FeelingRecord Feelings { get; }

    /// <summary>How much of the run is over, 0 to 1.</summary>
    public double Progress { get; set; }

    public ISlateSource SlatesFor(SimulatedShopper shopper) => _arms[(int)shopper.Arm];

    public ValueTask DisposeAsync() => Writer.DisposeAsync();
}
