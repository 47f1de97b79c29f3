namespace Personalization.Domain.Rewards;

/// <summary>What became of an event at the reward joiner.</summary>
public enum JoinOutcome : byte
{
    /// <summary>It has nothing to do with rewards.</summary>
    NotApplicable = 0,
    /// <summary>It was joined to its decision.</summary>
    Joined = 1,
    /// <summary>It was joined after the decision's window had closed: what was learned is amended.</summary>
    Amended = 2,
    /// <summary>Its decision was known once and is let go: it teaches nothing.</summary>
    Late = 3,
    /// <summary>No such decision of this shopper.</summary>
    UnknownDecision = 4,
    /// <summary>The decision does not have that item.</summary>
    UnknownItem = 5,
    /// <summary>A decision was taken in.</summary>
    DecisionAdded = 6,
    /// <summary>A decision record could not be read: outcomes of it will be unknown.</summary>
    DecisionUnreadable = 7,
    /// <summary>Its offset had been applied before.</summary>
    AlreadyApplied = 8,
}
