namespace Personalization.Domain.Scoring;

/// <summary>What came of a change to the versions of a model.</summary>
/// <param name="Status">How it went.</param>
/// <param name="Problem">Why it was refused, for a person; empty when it was not.</param>
/// <param name="Model">The version as it is after the change; null when the change was refused.</param>
public sealed record ModelChange(ModelChangeStatus Status, string Problem, ModelReport? Model)
{
    /// <summary>A change that was made, or was so already.</summary>
    public static ModelChange Done(ModelReport model) => new(ModelChangeStatus.Done, string.Empty, model);

    /// <summary>A change that was refused; everything is as it was.</summary>
    public static ModelChange Refused(ModelChangeStatus status, string problem) => new(status, problem, null);
}

/// <summary>How a change to the versions of a model went.</summary>
public enum ModelChangeStatus : byte
{
    /// <summary>It was made.</summary>
    Done = 0,
    /// <summary>The path is none below the models directory.</summary>
    PathRefused = 1,
    /// <summary>There is no such file.</summary>
    NoSuchFile = 2,
    /// <summary>The file is damaged, or not the model that it was to be loaded as.</summary>
    FileRefused = 3,
    /// <summary>No such version is loaded.</summary>
    NoSuchVersion = 4,
    /// <summary>The versions stand so that it cannot be done.</summary>
    NotPossible = 5,
    /// <summary>As many versions are loaded as may be.</summary>
    NoRoom = 6,
}
