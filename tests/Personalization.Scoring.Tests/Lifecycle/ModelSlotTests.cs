using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Lifecycle;

namespace Personalization.Scoring.Tests.Lifecycle;

public sealed class ModelSlotTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly FakeModels _models = new();

    [Fact]
    public async Task Load_Refused_TheOldVersionGoesOnAndNothingIsLeft()
    {
        await using var slot = Started("1");

        var change = await slot.LoadAsync("nothing", CancellationToken.None);

        Assert.Equal((ModelChangeStatus.FileRefused, FakeModels.Refusal), (change.Status, change.Problem));
        Assert.Equal("text@1+00", await ReaderAsync(slot));
        Assert.Single(slot.Report());
    }

    [Fact]
    public async Task Load_FailsOnAPlainInput_IsRefusedAndLetGo()
    {
        await using var slot = Started("1");
        var bad = _models.Add("2");
        bad.StatusOf = static _ => ScoringStatus.Failed;

        var change = await slot.LoadAsync("2", CancellationToken.None);

        Assert.Equal(ModelChangeStatus.FileRefused, change.Status);
        Assert.True(bad.IsDisposed);
        Assert.Equal("text@1+00", Assert.Single(slot.Report()).Version);
    }

    [Fact]
    public async Task Load_ReadsForNobodyUntilItIsStaged()
    {
        await using var slot = Started("1");
        _models.Add("2");

        var change = await slot.LoadAsync("2", CancellationToken.None);

        Assert.Equal((ModelState.Ready, 0.0), (change.Model!.State, change.Model.TrafficShare));
        Assert.Equal("text@1+00", await ReaderAsync(slot));
    }

    [Fact]
    public async Task Load_SameContentAgain_IsTheVersionThatIsThere()
    {
        await using var slot = Started("1");
        var first = _models.Add("2");
        await LoadAsync(slot, "2");
        await StageAsync(slot, "2", ModelState.Canary, 0.5);
        var second = _models.Add("2");

        var change = await slot.LoadAsync("2", CancellationToken.None);

        Assert.Equal((ModelState.Canary, 0.5), (change.Model!.State, change.Model.TrafficShare));
        Assert.Equal((false, true), (first.IsDisposed, second.IsDisposed));
        Assert.Equal(2, slot.Report().Count);
    }

    [Fact]
    public async Task Load_MoreThanMayBe_IsRefusedUntilOneIsUnloaded()
    {
        foreach (var path in new[] { "2", "3" })
        {
            _models.Add(path);
        }

        await using var slot = Started("1", maxVersions: 2);
        await LoadAsync(slot, "2");

        Assert.Equal(ModelChangeStatus.NoRoom, (await slot.LoadAsync("3", CancellationToken.None)).Status);
        await slot.UnloadAsync("text@2+00", CancellationToken.None);
        Assert.Equal(ModelChangeStatus.Done, (await slot.LoadAsync("3", CancellationToken.None)).Status);
        Assert.Equal(ModelChangeStatus.NoRoom, (await slot.LoadAsync("2", CancellationToken.None)).Status);
    }

    [Fact]
    public async Task Load_RefusedOnes_TakeNoRoom()
    {
        _models.Add("2");
        await using var slot = Started("1", maxVersions: 2);

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(ModelChangeStatus.FileRefused, (await slot.LoadAsync("nothing", CancellationToken.None)).Status);
        }

        Assert.Equal(ModelChangeStatus.Done, (await slot.LoadAsync("2", CancellationToken.None)).Status);
    }

    [Fact]
    public async Task Load_GivenUpWhileItWarmsUp_LeavesNothing()
    {
        await using var slot = Started("1", maxVersions: 2);
        var slow = _models.Add("2");
        slow.Held = new Hold();
        using var patience = new CancellationTokenSource();

        var loading = slot.LoadAsync("2", patience.Token);
        await slow.Held.Arrived.WaitAsync(s_patience);
        Assert.Equal("text@1+00", await ReaderAsync(slot));
        slow.Held.Fail(patience);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loading.WaitAsync(s_patience));

        Assert.True(slow.IsDisposed);
        Assert.Single(slot.Report());
        _models.Add("2");
        Assert.Equal(ModelChangeStatus.Done, (await slot.LoadAsync("2", CancellationToken.None)).Status);
    }

    [Fact]
    public async Task Stage_LiveWhileOneIsAsked_EndsItOnTheVersionThatItBeganOn()
    {
        var old = _models.Add("1");
        await using var slot = Started("1", old);
        _models.Add("2");
        await LoadAsync(slot, "2");
        old.Held = new Hold();

        var underWay = ReaderAsync(slot);
        await old.Held.Arrived.WaitAsync(s_patience);
        await StageAsync(slot, "2", ModelState.Live);
        var after = await ReaderAsync(slot);
        old.Held.Release();

        Assert.Equal("text@2+00", after);
        Assert.Equal("text@1+00", await underWay.WaitAsync(s_patience));
    }

    [Fact]
    public async Task Stage_FirstVersionOfAll_ReadsFromThenOn()
    {
        await using var slot = _models.Slot();
        _models.Add("1");
        await LoadAsync(slot, "1");

        var tooSoon = await slot.StageAsync("text@1+00", ModelState.Canary, 1, CancellationToken.None);
        Assert.Equal((ModelChangeStatus.NotPossible, false), (tooSoon.Status, slot.Router.IsServing));
        await StageAsync(slot, "1", ModelState.Live);

        Assert.True(slot.Router.IsServing);
        Assert.Equal("text@1+00", await ReaderAsync(slot));
    }

    [Fact]
    public async Task Stage_Canary_ReadsForItsUsersOnlyAndAnswersInPlace()
    {
        await using var slot = Started("1");
        _models.Add("2");
        await LoadAsync(slot, "2");
        await StageAsync(slot, "2", ModelState.Canary, 0.5);
        var questions = Enumerable.Range(0, 200).Select(static i => FakeModels.Question($"q{i}", StableHash.Of($"u{i % 50}"))).ToArray();
        var canary = slot.Router.Route.Canary!;

        var answers = await slot.Router.AskAsync(questions, CancellationToken.None);

        Assert.Equal(questions.Select(static q => q.Input), answers.Select(static a => a.Answer!.Question));
        Assert.Equal(
            questions.Select(q => canary.Covers(q.Owner) ? "text@2+00" : "text@1+00"), answers.Select(static a => a.Answer!.Version));
        Assert.Equal(2, answers.Select(static a => a.Answer!.Version).Distinct().Count());
    }

    [Theory]
    [InlineData(0, "text@1+00")]
    [InlineData(1, "text@2+00")]
    public async Task Stage_CanaryOfNobodyOrAll_ReadsForNobodyOrAll(double share, string reader)
    {
        await using var slot = Started("1");
        _models.Add("2");
        await LoadAsync(slot, "2");
        await StageAsync(slot, "2", ModelState.Canary, share);
        var questions = Enumerable.Range(0, 50).Select(static i => FakeModels.Question("q", StableHash.Of($"u{i}"))).ToArray();

        var answers = await slot.Router.AskAsync(questions, CancellationToken.None);

        Assert.All(answers, answer => Assert.Equal(reader, answer.Answer!.Version));
        Assert.Equal([1 - share, share], slot.Report().Select(static report => report.TrafficShare));
    }

    [Fact]
    public async Task Stage_SecondCanary_IsRefused()
    {
        await using var slot = Started("1");
        foreach (var path in new[] { "2", "3" })
        {
            _models.Add(path);
            await LoadAsync(slot, path);
        }

        await StageAsync(slot, "2", ModelState.Canary, 0.1);
        var refused = await slot.StageAsync("text@3+00", ModelState.Canary, 0.1, CancellationToken.None);
        await StageAsync(slot, "2", ModelState.Canary, 0.2);

        Assert.Equal(ModelChangeStatus.NotPossible, refused.Status);
        Assert.Contains("text@2+00 is the canary", refused.Problem, StringComparison.Ordinal);
        Assert.Equal([0.8, 0.2, 0], slot.Report().Select(static report => report.TrafficShare));
    }

    [Fact]
    public async Task Stage_UnknownVersion_SaysSo()
    {
        await using var slot = Started("1");

        Assert.Equal(ModelChangeStatus.NoSuchVersion, (await slot.StageAsync("text@9+00", ModelState.Live, 0, CancellationToken.None)).Status);
        Assert.Equal(ModelChangeStatus.NoSuchVersion, (await slot.UnloadAsync("text@9+00", CancellationToken.None)).Status);
        Assert.Equal(ModelChangeStatus.NoSuchVersion, (await slot.RollBackAsync("text@9+00", CancellationToken.None)).Status);
    }

    [Fact]
    public async Task RollBack_AfterAPromotion_TheVersionBeforeReadsAtOnce()
    {
        var old = _models.Add("1");
        await using var slot = Started("1", old);
        _models.Add("2");
        await LoadAsync(slot, "2");
        await StageAsync(slot, "2", ModelState.Live);
        Assert.True(slot.Report().Single(static report => report.Version == "text@1+00").IsPrevious);

        var change = await slot.RollBackAsync(string.Empty, CancellationToken.None);

        Assert.Equal(("text@1+00", ModelState.Live), (change.Model!.Version, change.Model.State));
        Assert.Equal("text@1+00", await ReaderAsync(slot));
        Assert.Equal(ModelState.Ready, slot.Report()[1].State);
        Assert.Equal(ModelChangeStatus.NotPossible, (await slot.RollBackAsync(string.Empty, CancellationToken.None)).Status);
    }

    [Fact]
    public async Task RollBack_SeveralPromotions_GoesBackOncePerVersionAndNeverToWhatWasUnloaded()
    {
        await using var slot = Started("1");
        foreach (var path in new[] { "2", "3", "4" })
        {
            _models.Add(path);
            await LoadAsync(slot, path);
            await StageAsync(slot, path, ModelState.Live);
        }

        await slot.UnloadAsync("text@3+00", CancellationToken.None);

        Assert.Equal("text@2+00", (await slot.RollBackAsync("text@4+00", CancellationToken.None)).Model!.Version);
        Assert.Equal("text@2+00", (await slot.RollBackAsync("text@4+00", CancellationToken.None)).Model!.Version);
        Assert.Equal("text@2+00", await ReaderAsync(slot));
        Assert.Equal("text@1+00", (await slot.RollBackAsync("text@2+00", CancellationToken.None)).Model!.Version);
        Assert.Equal("text@1+00", await ReaderAsync(slot));
    }

    [Fact]
    public async Task RollBack_WithACanary_TakesTheCanarysUsersAndLeavesTheRest()
    {
        await using var slot = Started("1");
        _models.Add("2");
        await LoadAsync(slot, "2");
        await StageAsync(slot, "2", ModelState.Canary, 1);
        Assert.Equal("text@2+00", await ReaderAsync(slot));

        var change = await slot.RollBackAsync(string.Empty, CancellationToken.None);

        Assert.Equal(("text@1+00", 1.0), (change.Model!.Version, change.Model.TrafficShare));
        Assert.Equal("text@1+00", await ReaderAsync(slot));
    }

    [Fact]
    public async Task Unload_WhileItIsAsked_WaitsForTheAnswerAndThenLetsGo()
    {
        await using var slot = Started("1");
        var canary = _models.Add("2");
        await LoadAsync(slot, "2");
        await StageAsync(slot, "2", ModelState.Canary, 1);
        canary.Held = new Hold();

        var underWay = ReaderAsync(slot);
        await canary.Held.Arrived.WaitAsync(s_patience);
        var unloading = slot.UnloadAsync("text@2+00", CancellationToken.None);
        var after = await ReaderAsync(slot);

        Assert.Equal("text@1+00", after);
        Assert.Equal((false, false), (unloading.IsCompleted, canary.IsDisposed));
        Assert.Equal(ModelState.Draining, slot.Report()[^1].State);
        canary.Held.Release();
        Assert.Equal("text@2+00", await underWay.WaitAsync(s_patience));
        Assert.Equal(ModelChangeStatus.Done, (await unloading.WaitAsync(s_patience)).Status);
        Assert.True(canary.IsDisposed);
        Assert.Equal("text@1+00", Assert.Single(slot.Report()).Version);
    }

    [Fact]
    public async Task Unload_CallerGoesAway_TheVersionGoesAllTheSame()
    {
        await using var slot = Started("1");
        var canary = _models.Add("2");
        await LoadAsync(slot, "2");
        await StageAsync(slot, "2", ModelState.Canary, 1);
        canary.Held = new Hold();
        var underWay = ReaderAsync(slot);
        await canary.Held.Arrived.WaitAsync(s_patience);
        using var patience = new CancellationTokenSource();

        var unloading = slot.UnloadAsync("text@2+00", patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => unloading.WaitAsync(s_patience));
        canary.Held.Release();

        Assert.Equal("text@2+00", await underWay.WaitAsync(s_patience));
        using var limit = new CancellationTokenSource(s_patience);
        while (slot.Report().Count > 1)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.True(canary.IsDisposed);
    }

    [Fact]
    public async Task Unload_Live_IsRefusedAndItGoesOn()
    {
        await using var slot = Started("1");

        Assert.Equal(ModelChangeStatus.NotPossible, (await slot.UnloadAsync("text@1+00", CancellationToken.None)).Status);
        Assert.Equal(
            ModelChangeStatus.NotPossible, (await slot.StageAsync("text@1+00", ModelState.Ready, 0, CancellationToken.None)).Status);
        Assert.Equal("text@1+00", await ReaderAsync(slot));
    }

    [Fact]
    public async Task Changes_UnderConstantQuestions_EveryoneIsAnsweredByAVersionThatIsLoaded()
    {
        await using var slot = Started("0");
        using var enough = new CancellationTokenSource();
        var asking = Enumerable.Range(0, 4).Select(n => Task.Run(async () =>
        {
            var answered = 0;
            while (!enough.IsCancellationRequested)
            {
                var questions = Enumerable.Range(0, 8).Select(i => FakeModels.Question($"{i}", StableHash.Of($"u{n}-{i}"))).ToArray();
                answered += (await slot.Router.AskAsync(questions, CancellationToken.None)).Count(static a => a.Status == ScoringStatus.Scored);
                await Task.Yield();
            }

            return answered;
        })).ToArray();

        // A model that is asked after it was let go fails its question, and with it the test.
        for (var round = 1; round <= 100; round++)
        {
            _models.Add($"{round}");
            await LoadAsync(slot, $"{round}");
            await StageAsync(slot, $"{round}", ModelState.Shadow);
            await StageAsync(slot, $"{round}", ModelState.Canary, 0.5);
            await StageAsync(slot, $"{round}", ModelState.Live);
            await slot.UnloadAsync($"text@{round - 1}+00", CancellationToken.None).WaitAsync(s_patience);
        }

        await enough.CancelAsync();
        Assert.All(await Task.WhenAll(asking).WaitAsync(s_patience), static answered => Assert.True(answered > 0));
    }

    private ModelSlot<string, FakeAnswer> Started(string path, int maxVersions = 8) => Started(path, _models.Add(path), maxVersions);

    private ModelSlot<string, FakeAnswer> Started(string path, FakeModel model, int maxVersions = 8)
    {
        _models.Add(path, model);
        var slot = _models.Slot(maxVersions);
        slot.LoadLive(path);
        return slot;
    }

    private static async Task LoadAsync(ModelSlot<string, FakeAnswer> slot, string path) =>
        Assert.Equal(ModelChangeStatus.Done, (await slot.LoadAsync(path, CancellationToken.None).WaitAsync(s_patience)).Status);

    private static async Task StageAsync(ModelSlot<string, FakeAnswer> slot, string path, ModelState state, double share = 0)
    {
        var change = await slot.StageAsync($"text@{path}+00", state, share, CancellationToken.None).WaitAsync(s_patience);
        Assert.Equal((ModelChangeStatus.Done, state), (change.Status, change.Model!.State));
    }

    private static async Task<string> ReaderAsync(ModelSlot<string, FakeAnswer> slot) =>
        (await slot.Router.AskAsync(new[] { FakeModels.Question("q") }, CancellationToken.None).AsTask().WaitAsync(s_patience))[0].Answer!.Version;
}
