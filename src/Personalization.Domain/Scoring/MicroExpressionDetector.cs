namespace Personalization.Domain.Scoring;

/// <summary>
/// Finds expressions that come and go within half a second, frame by frame: an emotion that was not there, is there, and is gone.
/// </summary>
/// <remarks>
/// Half a second from start to end is where expressions that people try to hide end, and ordinary ones begin (Yan, Wu, Liang, Chen
/// and Fu 2013, J. Nonverbal Behavior 37; Ekman and Friesen 1969 named the phenomenon). The two thresholds are this project's own:
/// no labelled micro-expressions were at hand, and no accuracy is claimed. A flash must show in two frames at least, and frames must
/// follow each other by 125 ms at most: slower ones cannot tell half a second.
/// </remarks>
internal ref struct MicroExpressionDetector
{
    private const float There = 0.3f;
    private const float Gone = 0.15f;
    private const int LongestMs = 500;
    private const int WidestGapMs = 125;
    private const int FewestFrames = 2;

    // When each emotion was last not there, and for how many frames it has been since; 0 frames: it is not.
    private EmotionDistribution _left;
    private EmotionDistribution _frames;
    private EmotionDistribution _seenGone;
    private int _lastMs;

    /// <summary>Whether one was found.</summary>
    public bool Found { get; private set; }

    /// <summary>Takes the next frame.</summary>
    /// <param name="offsetMs">When; not before the last one.</param>
    /// <param name="emotions">How strongly each emotion shows in it alone.</param>
    public void Add(int offsetMs, in EmotionDistribution emotions)
    {
        if (offsetMs - _lastMs > WidestGapMs)
        {
            _frames = default;
            _seenGone = default;
        }

        _lastMs = offsetMs;
        for (var e = (int)Emotion.Neutral + 1; e < EmotionDistribution.Count; e++)
        {
            Add(e, offsetMs, emotions[e]);
        }
    }

    private void Add(int e, int offsetMs, float strength)
    {
        if (strength >= There)
        {
            _frames[e]++;
        }
        else if (strength <= Gone)
        {
            Found |= _seenGone[e] > 0 && _frames[e] >= FewestFrames && offsetMs - _left[e] <= LongestMs;
            (_frames[e], _seenGone[e], _left[e]) = (0, 1, offsetMs);
        }
    }
}
