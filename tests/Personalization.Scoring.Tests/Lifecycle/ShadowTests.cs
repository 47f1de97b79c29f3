using Personalization.Domain.Scoring;
using Personalization.Scoring.Lifecycle;

namespace Personalization.Scoring.Tests.Lifecycle;

public sealed class ShadowTests
{
    private const string Shadow = "text@2+00";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly FakeModels _models = new();

    [Fact]
    public async Task Shadow_ReadsTheSame_IsComparedAndNeverAnswers()
    {
        await using var slot = await ShadowedAsync(_models.Add("2", valence: -0.25f));

        var answers = await AskAsync(slot, "a", "b", "c");

        Assert.All(answers, static version => Assert.Equal("text@1+00", version));
        Assert.Equal(new ModelAgreement(3, 0.75, 0, 3, 0, 0), await AgreementAsync(slot));
    }

    [Fact]
    public async Task Shadow_SaysTheSame_Agrees()
    {
        await using var slot = await ShadowedAsync(_models.Add("2", valence: 0.5f));

        await AskAsync(slot, "a", "b");
        var agreement = await AgreementAsync(slot);

        Assert.Equal(new ModelAgreement(2, 0, 0, 0, 0, 0), agreement);
        Assert.Equal(0, agreement.DisagreementRate);
    }

    [Fact]
    public async Task Shadow_Fails_HarmsNobodyAndIsCounted()
    {
        var bad = _models.Add("2");
        await using var slot = await ShadowedAsync(bad);
        bad.StatusOf = static text => text switch
        {
            "throw" => throw new InvalidOperationException("Bad."),
            "fail" => ScoringStatus.Failed,
            _ => ScoringStatus.Scored,
        };

        foreach (var text in new[] { "throw", "fail", "well" })
        {
            Assert.Equal("text@1+00", Assert.Single(await AskAsync(slot, text)));
        }

        var agreement = await AgreementAsync(slot);
        Assert.Equal((1, 2), (agreement.Compared, agreement.Failed));
    }

    [Fact]
    public async Task Shadow_LiveDidNotRead_IsNotCompared()
    {
        var live = new FakeModel("text@1+00", 0.5f) { StatusOf = static text => text == "late" ? ScoringStatus.Expired : ScoringStatus.Scored };
        await using var slot = await ShadowedAsync(_models.Add("2", valence: 0.5f), live);

        await slot.Router.AskAsync(new[] { FakeModels.Question("late"), FakeModels.Question("read") }, CancellationToken.None);

        Assert.Equal(1, (await AgreementAsync(slot)).Compared);
    }

    [Fact]
    public async Task Shadow_IsSlow_NobodyWaitsAndWhatDoesNotFitIsDroppedAndCounted()
    {
        var slow = _models.Add("2");
        await using var slot = await ShadowedAsync(slow, bound: 3);
        slow.Held = new Hold();

        await AskAsync(slot, "a", "b");
        await slow.Held.Arrived.WaitAsync(s_patience);
        await AskAsync(slot, "c", "d");
        await AskAsync(slot, "e");
        await AskAsync(slot, "f");

        Assert.Equal(3, slot.Report().Single(static report => report.Version == Shadow).Agreement!.Dropped);
        slow.Held.Release();
        var agreement = await AgreementAsync(slot);
        Assert.Equal((3, 3, 0), (agreement.Compared, agreement.Dropped, agreement.Failed));
    }

    [Fact]
    public async Task Shadow_Unloaded_EndsWhatItReadsAndIsLetGo()
    {
        var shadow = _models.Add("2");
        await using var slot = await ShadowedAsync(shadow);
        shadow.Held = new Hold();
        await AskAsync(slot, "a");
        await shadow.Held.Arrived.WaitAsync(s_patience);

        var unloading = slot.UnloadAsync(Shadow, CancellationToken.None);
        Assert.Equal((false, false), (unloading.IsCompleted, shadow.IsDisposed));
        Assert.Equal("text@1+00", Assert.Single(await AskAsync(slot, "b")));
        shadow.Held.Release();
        var last = await unloading.WaitAsync(s_patience);

        Assert.Equal(1, last.Model!.Agreement!.Compared);
        Assert.True(shadow.IsDisposed);
    }

    [Fact]
    public async Task Shadow_MadeLive_ReadsForAllAndKeepsWhatWasCounted()
    {
        await using var slot = await ShadowedAsync(_models.Add("2", valence: -1));
        await AskAsync(slot, "a");

        var change = await slot.StageAsync(Shadow, ModelState.Live, 0, CancellationToken.None).WaitAsync(s_patience);

        Assert.Equal(Shadow, Assert.Single(await AskAsync(slot, "b")));
        Assert.Equal(ModelState.Live, change.Model!.State);
        Assert.Equal(1, slot.Report()[0].Agreement!.Compared);
    }

    [Fact]
    public async Task Shadow_BesideACanary_IsComparedWithTheLiveVersionOnly()
    {
        await using var slot = await ShadowedAsync(_models.Add("2", valence: 0.5f));
        _models.Add("3", valence: -1);
        await slot.LoadAsync("3", CancellationToken.None);
        await slot.StageAsync("text@3+00", ModelState.Canary, 0.5, CancellationToken.None);
        var questions = Enumerable.Range(0, 64).Select(static i => FakeModels.Question("q", (ulong)i)).ToArray();

        var answers = await slot.Router.AskAsync(questions, CancellationToken.None);
        var byLive = answers.Count(static answer => answer.Answer!.Version == "text@1+00");

        Assert.InRange(byLive, 1, 63);
        Assert.Equal(new ModelAgreement(byLive, 0, 0, 0, 0, 0), await AgreementAsync(slot));
    }

    private async Task<ModelSlot<string, FakeAnswer>> ShadowedAsync(FakeModel shadow, FakeModel? live = null, int bound = 100)
    {
        _models.Add("1", live ?? new FakeModel("text@1+00", 0.5f));
        _models.Add("2", shadow);
        var slot = _models.Slot(shadowQueueBound: bound);
        slot.LoadLive("1");
        await slot.LoadAsync("2", CancellationToken.None).WaitAsync(s_patience);
        var change = await slot.StageAsync(Shadow, ModelState.Shadow, 0, CancellationToken.None).WaitAsync(s_patience);
        Assert.Equal(ModelState.Shadow, change.Model!.State);
        return slot;
    }

    private static async Task<string[]> AskAsync(ModelSlot<string, FakeAnswer> slot, params string[] texts)
    {
        var questions = texts.Select(static text => FakeModels.Question(text)).ToArray();
        var answers = await slot.Router.AskAsync(questions, CancellationToken.None).AsTask().WaitAsync(s_patience);
        return [.. answers.Select(static answer => answer.Answer!.Version)];
    }

    // A shadow that ends has compared all that it was shown.
    private static async Task<ModelAgreement> AgreementAsync(ModelSlot<string, FakeAnswer> slot) =>
        (await slot.StageAsync(Shadow, ModelState.Ready, 0, CancellationToken.None).WaitAsync(s_patience)) is { Status: ModelChangeStatus.Done }
            ? slot.Report().Single(static report => report.Version == Shadow).Agreement!
            : throw new InvalidOperationException("The shadow did not end.");
}
