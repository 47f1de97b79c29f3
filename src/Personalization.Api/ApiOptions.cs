namespace Personalization.Api;

/// <summary>What the gRPC door lets in. Checked at start-up; what the contract states (such as 1,000 events a batch) is not here.</summary>
public sealed class ApiOptions
{
    /// <summary>The section of the configuration: <c>Api</c>.</summary>
    public const string SectionName = "Api";

    /// <summary>Unary calls under way in this process beyond which more are refused: 1 to 1,000,000.</summary>
    public int MaxConcurrentCalls { get; set; } = 4096;

    /// <summary>Streams open in this process beyond which more are refused: 1 to 1,000,000.</summary>
    public int MaxConcurrentStreams { get; set; } = 16_384;

    /// <summary>What a refused caller is told to wait: 1 ms to 1 minute.</summary>
    public TimeSpan OverloadRetryDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Whether <c>ModelService</c> may load, stage, roll back and unload models, and <c>PolicyService</c> export, import and roll
    /// back the policy. Listing and looking are always allowed.
    /// </summary>
    public bool AllowModelChanges { get; set; } = true;

    /// <summary>The largest message taken, in bytes: 64 KiB to 256 MiB.</summary>
    public int MaxMessageBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>
    /// Events acknowledged and not folded in beyond which more are refused: 1,000 to 1,000,000,000. Under a load that the
    /// engine cannot keep up with, acknowledgements come first and folding falls behind, up to here.
    /// </summary>
    public long MaxEventsBehind { get; set; } = 1_000_000;

    /// <summary>How old an event may be: 1 hour to 10 years.</summary>
    public TimeSpan MaxEventAge { get; set; } = TimeSpan.FromDays(400);

    /// <summary>Events that may be under way at once on one StreamEvents: 1 to 1,000,000.</summary>
    public int StreamCredits { get; set; } = 10_000;

    /// <summary>The length of a window of StreamArSession: 100 ms to 10 s.</summary>
    public TimeSpan ArWindow { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Frames after which a window of StreamArSession closes before its time: 1 to 600.</summary>
    public int ArWindowFrames { get; set; } = 30;

    /// <summary>How long StreamArSession waits for a feeling before it answers without: 10 ms to 5 s.</summary>
    public TimeSpan ArScoringDeadline { get; set; } = TimeSpan.FromMilliseconds(150);

    /// <summary>
    /// How long an event with pictures of faces waits for them to be looked at before it goes to the log without: 10 ms to 10 s.
    /// </summary>
    public TimeSpan FaceCropDeadline { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>How long a read waits for a consistency token at most, whatever its deadline: 10 ms to 5 minutes.</summary>
    public TimeSpan MaxTokenWait { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long MergeIdentity and DeleteUser wait for the engine to have carried them out before they answer all the same:
    /// 0 to 1 minute.
    /// </summary>
    public TimeSpan MaxMergeWait { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long after a recommendation an outcome that names it by its token still teaches; later ones are answered LATE.
    /// 1 minute to 100 days; what the rewards' own window and amendment time come to.
    /// </summary>
    public TimeSpan RecommendationOutcomeWindow { get; set; } = TimeSpan.FromDays(14);

    /// <summary>The same after an intervention.</summary>
    public TimeSpan InterventionOutcomeWindow { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Consents and aliases kept in memory, each: 100 to 10,000,000.</summary>
    public int DirectoryCacheEntries { get; set; } = 200_000;

    /// <summary>
    /// How long a consent or an alias is believed before it is read again: 1 ms to 1 hour; null, the default, for as long
    /// as it is kept. What this process writes it sees at once. Where several processes serve the API, this is how long one
    /// may act on what another has changed, and must be set.
    /// </summary>
    public TimeSpan? DirectoryCacheAge { get; set; }

    /// <summary>Before this moment an event's clock is taken for broken, and the event is quarantined.</summary>
    public DateTimeOffset EarliestPlausibleTime { get; set; } = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A dwell beyond this is quarantined: 1 minute to 1 day.</summary>
    public TimeSpan MaxPlausibleDwell { get; set; } = TimeSpan.FromHours(12);

    /// <summary>How often one user may say the same text within a minute; more is quarantined: 0 for no limit, to 100,000.</summary>
    public int MaxSameTextPerMinute { get; set; } = 5;

    /// <summary>How many events one user may have within a minute; more are quarantined: 0 for no limit, to 10,000,000.</summary>
    public int MaxEventsPerUserPerMinute { get; set; } = 6000;
}
