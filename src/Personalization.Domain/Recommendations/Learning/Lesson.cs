namespace Personalization.Domain.Recommendations.Learning;

/// <summary>What a learner made of an observation.</summary>
/// <param name="Number">The how many-th it was, from 1: amendments name it.</param>
/// <param name="Error">Reward less what was predicted before it was learned.</param>
/// <param name="AlarmRang">Predictions have become worse than they used to be: exploration was opened again.</param>
public readonly record struct Lesson(long Number, double Error, bool AlarmRang);
