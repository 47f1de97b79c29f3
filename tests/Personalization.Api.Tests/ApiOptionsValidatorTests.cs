namespace Personalization.Api.Tests;

public sealed class ApiOptionsValidatorTests
{
    private readonly ApiOptionsValidator _validator = new();

    [Fact]
    public void Validate_Defaults_AreGood() => Assert.True(_validator.Validate(null, new ApiOptions()).Succeeded);

    public static TheoryData<string, Action<ApiOptions>> Spoiled => new()
    {
        { "Api:MaxConcurrentCalls is 0; allowed: 1 to", static o => o.MaxConcurrentCalls = 0 },
        { "Api:MaxConcurrentStreams", static o => o.MaxConcurrentStreams = -1 },
        { "Api:OverloadRetryDelay", static o => o.OverloadRetryDelay = TimeSpan.Zero },
        { "Api:MaxMessageBytes", static o => o.MaxMessageBytes = 1 },
        { "Api:MaxEventAge", static o => o.MaxEventAge = TimeSpan.Zero },
        { "Api:StreamCredits", static o => o.StreamCredits = 0 },
        { "Api:ArWindow", static o => o.ArWindow = TimeSpan.FromSeconds(11) },
        { "Api:ArWindowFrames", static o => o.ArWindowFrames = 601 },
        { "Api:ArScoringDeadline", static o => o.ArScoringDeadline = TimeSpan.Zero },
        { "Api:FaceCropDeadline", static o => o.FaceCropDeadline = TimeSpan.FromMinutes(1) },
        { "Api:MaxTokenWait", static o => o.MaxTokenWait = TimeSpan.FromHours(1) },
        { "Api:MaxMergeWait", static o => o.MaxMergeWait = TimeSpan.FromHours(1) },
        { "Api:DirectoryCacheEntries", static o => o.DirectoryCacheEntries = 1 },
        { "Api:DirectoryCacheAge", static o => o.DirectoryCacheAge = TimeSpan.Zero },
        { "Api:MaxPlausibleDwell", static o => o.MaxPlausibleDwell = TimeSpan.FromDays(2) },
        { "Api:MaxSameTextPerMinute", static o => o.MaxSameTextPerMinute = -1 },
        { "Api:MaxEventsPerUserPerMinute", static o => o.MaxEventsPerUserPerMinute = -1 },
        { "Api:RecommendationOutcomeWindow", static o => o.RecommendationOutcomeWindow = TimeSpan.Zero },
        { "Api:InterventionOutcomeWindow", static o => o.InterventionOutcomeWindow = TimeSpan.Zero },
    };

    [Theory]
    [MemberData(nameof(Spoiled))]
    public void Validate_OutOfRange_NamesTheOptionAndWhatIsAllowed(string message, Action<ApiOptions> spoil)
    {
        var options = new ApiOptions();
        spoil(options);

        var result = _validator.Validate(null, options);

        Assert.Contains(message, Assert.Single(result.Failures!), StringComparison.Ordinal);
    }
}
