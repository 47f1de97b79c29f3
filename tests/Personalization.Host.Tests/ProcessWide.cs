namespace Personalization.Host.Tests;

/// <summary>Tests that read the counters of the whole process: no other engine may be at work in it meanwhile.</summary>
[CollectionDefinition(nameof(ProcessWide), DisableParallelization = true)]
public sealed class ProcessWide;
