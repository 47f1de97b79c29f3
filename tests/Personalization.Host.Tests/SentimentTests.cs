using Personalization.V1;

namespace Personalization.Host.Tests;

/// <summary>Feelings read over gRPC by the models that the engine ships with, and forgotten.</summary>
public sealed class SentimentTests
{
    [Fact]
    public async Task Score_AllKindsOfPayload_AreReadByWhatTheStatusNames()
    {
        using var data = new TemporaryFolder();
        await using var host = await InProcessHost.StartAsync(data.Path);
        var client = new SentimentService.SentimentServiceClient(host.Channel);
        var request = new BatchScoreRequest
        {
            Payloads =
            {
                new Scorable { TextFeedback = new TextFeedback { Text = "I love the texture, but the delivery was terribly late." } },
                new Scorable { SurveyAnswer = new SurveyAnswer { SurveyId = "s", QuestionId = "q", Metric = SurveyMetric.Csat, Score = 1 } },
                new Scorable { Behaviour = new Behaviour { Action = BehaviourAction.RageClick, Count = 9 } },
                new Scorable { Behaviour = new Behaviour { Action = BehaviourAction.View } },
            },
        };

        var results = (await client.BatchScoreAsync(request)).Results;
        var models = (await client.ListModelsAsync(new ListModelsRequest())).Models;
        var statistics = await client.GetModelStatisticsAsync(new GetModelStatisticsRequest { Name = "text" });

        Assert.All(results, static result => Assert.Null(result.Error));
        Assert.Equal(["delivery", "texture"], results[0].Sentiment.Aspects.Select(static a => a.Aspect).Order());
        Assert.True(results[0].Sentiment.Aspects.Single(static a => a.Aspect == "texture").Valence
            > results[0].Sentiment.Aspects.Single(static a => a.Aspect == "delivery").Valence);
        Assert.Equal([Polarity.Negative, Polarity.Negative, Polarity.Unspecified], results.Skip(1).Select(static r => r.Sentiment.Polarity));
        Assert.Equal(models.Single(static m => m.Name == "text").Version, results[0].Sentiment.Sentiment.ModelVersion);
        Assert.Equal(statistics.BatchSizes.Sum(), statistics.Batches);
        Assert.True(statistics.Scored > 0);
        Assert.All(await host.GetProgressAsync(), static partition => Assert.Equal(0, partition.Tail));
    }

    [Fact]
    public async Task Score_Explained_TheTellingWordsComeFirst()
    {
        using var data = new TemporaryFolder();
        await using var host = await InProcessHost.StartAsync(data.Path);
        var client = new SentimentService.SentimentServiceClient(host.Channel);

        var said = await client.ScoreAsync(new ScoreRequest
        {
            Payload = new Scorable { TextFeedback = new TextFeedback { Text = "The parcel came on Monday and I hate it" } },
            Explain = true,
        });

        Assert.Equal("hate", said.Sentiment.Attributions[0].Text);
        Assert.True(said.Sentiment.Attributions[0].Weight < 0);
    }
}
