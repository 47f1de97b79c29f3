using Personalization.Benchmarks.Load;
using Personalization.Scoring;
using Personalization.Scoring.Batching;
using Personalization.Scoring.Onnx;

namespace Personalization.Benchmarks.Scoring;

/// <summary>One model behind the batcher that serves it, with the options that serve.</summary>
/// <typeparam name="TIn">What the model is asked.</typeparam>
/// <typeparam name="TOut">What it says.</typeparam>
internal abstract class ModelLoad<TIn, TOut> : IModelLoad
{
    private readonly BatcherOptions _options = new ScoringOptions().Batching;
    private readonly OnnxModel _model;
    private readonly DynamicBatcher<TIn, TOut> _batcher;
    private int _mostAtOnce;

    protected ModelLoad(OnnxModel model, Func<IBatchRunner<TIn, TOut>> createRunner, TIn[] inputs)
    {
        (_model, Inputs) = (model, inputs);
        _batcher = new DynamicBatcher<TIn, TOut>(_options, Create, TimeProvider.System, (size, _, _, _) => Marks.Count(size));

        IBatchRunner<TIn, TOut> Create()
        {
            var runner = createRunner();
            _mostAtOnce = Math.Min(_options.MaxBatch, runner.MostAtOnce);
            return runner;
        }
    }

    public string Version => _model.Version;

    public string Device => _model.Device;

    public int Workers => _options.Workers;

    public int SaturatingCallers => (_options.LookAhead + _options.Workers) * _mostAtOnce;

    public BatchMarks Marks { get; } = new();

    /// <summary>What is asked, over and over.</summary>
    protected TIn[] Inputs { get; }

    public async ValueTask<TimeSpan> ComputeAsync(int input)
    {
        var item = new[] { new BatchItem<TIn>(Inputs[(uint)input % (uint)Inputs.Length], 0, (ulong)input % 64, null) };
        var answer = (await _batcher.SubmitAsync(item, CancellationToken.None))[0];
        return answer.Status switch
        {
            BatchStatus.Computed => answer.ComputeTime,
            BatchStatus.Failed => throw new InvalidOperationException($"{Version} failed on an input.", answer.Error),
            _ => throw new RefusedCallException($"An input was answered {answer.Status}."),
        };
    }

    public BatcherStatistics Statistics() => _batcher.Statistics();

    public abstract BareSession Bare(int batch);

    public async ValueTask DisposeAsync()
    {
        await _batcher.DisposeAsync();
        _model.Dispose();
    }
}
