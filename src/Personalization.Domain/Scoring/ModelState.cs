namespace Personalization.Domain.Scoring;

/// <summary>For whom a loaded version of a model reads.</summary>
public enum ModelState : byte
{
    /// <summary>For nobody: loaded, checked and warmed up, so that it can be given traffic at once.</summary>
    Ready = 0,
    /// <summary>For nobody: it reads what the live version reads, and is compared with it.</summary>
    Shadow = 1,
    /// <summary>For a share of users, always the same ones.</summary>
    Canary = 2,
    /// <summary>For everybody whom no canary reads for.</summary>
    Live = 3,
    /// <summary>For those only who began on it; then it is gone.</summary>
    Draining = 4,
}
