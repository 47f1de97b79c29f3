namespace Personalization.Domain.Recommendations.Learning;

/// <summary>
/// Which model is used when the world may have changed: when the alarm rings, a new one that has seen nothing starts to learn
/// beside the one there is, progressive validation says at every step which of the two is used, and after a while the other
/// is let go. After a true shift the new one is better at once; after a false alarm the old one stays.
/// </summary>
/// <typeparam name="TModel">What learns.</typeparam>
internal sealed class Succession<TModel>
    where TModel : class
{
    private readonly Func<TModel> _create;
    private readonly Action<TModel> _reopen;
    private readonly ShiftAlarm _alarm;
    private readonly int _trialLength;
    private ProgressiveValidation? _trial;
    private int _left;

    /// <summary>A succession that starts with a new model.</summary>
    /// <param name="create">Makes a model that has seen nothing.</param>
    /// <param name="reopen">Raises what is uncertain in a model.</param>
    /// <param name="options">When the alarm rings, and for how long two models learn.</param>
    public Succession(Func<TModel> create, Action<TModel> reopen, ShiftAlarmOptions options)
    {
        _create = create;
        _reopen = reopen;
        _alarm = new ShiftAlarm(options);
        _trialLength = options.Trial;
        Incumbent = create();
    }

    /// <summary>The model there was before the alarm, or the only one.</summary>
    public TModel Incumbent { get; private set; }

    /// <summary>The model that started at the alarm; null when there is no trial.</summary>
    public TModel? Challenger { get; private set; }

    /// <summary>The lesson that the challenger was the first to learn.</summary>
    public long ChallengerSince { get; private set; }

    /// <summary>The lesson that the incumbent was the first to learn.</summary>
    public long IncumbentSince { get; private set; } = 1;

    /// <summary>How many lessons there were.</summary>
    public long Lessons { get; private set; }

    /// <summary>The model to use.</summary>
    public TModel Used => Challenger is { } challenger && _trial!.Best == 1 ? challenger : Incumbent;

    /// <summary>How often the alarm has rung.</summary>
    public int Alarms => _alarm.Count;

    /// <summary>Takes in a lesson that every model has learned. Returns whether the alarm rang.</summary>
    /// <param name="incumbentError">Reward less what the incumbent predicted.</param>
    /// <param name="challengerError">Reward less what the challenger predicted; anything when there is none.</param>
    public bool Observe(double incumbentError, double challengerError)
    {
        Lessons++;
        var error = ReferenceEquals(Used, Incumbent) ? incumbentError : challengerError;
        if (Challenger is not null)
        {
            // A prediction of minus the error for a reward of nothing has that error.
            _trial!.Judge([-incumbentError, -challengerError], 0);
            if (--_left == 0)
            {
                Settle();
            }
        }

        if (!_alarm.Observe(error))
        {
            return false;
        }

        Settle();
        Begin();
        return true;
    }

    private void Begin()
    {
        _reopen(Incumbent);
        Challenger = _create();
        ChallengerSince = Lessons + 1;
        _trial = new ProgressiveValidation(2);
        _left = _trialLength;
    }

    private void Settle()
    {
        if (Challenger is not null && ReferenceEquals(Used, Challenger))
        {
            (Incumbent, IncumbentSince) = (Challenger, ChallengerSince);
        }

        Challenger = null;
        _trial = null;
    }
}
