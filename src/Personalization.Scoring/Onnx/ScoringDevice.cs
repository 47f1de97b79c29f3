namespace Personalization.Scoring.Onnx;

/// <summary>On what models run.</summary>
public enum ScoringDevice : byte
{
    /// <summary>On a CUDA device when the provider is installed and starts, else on the processor.</summary>
    Auto = 0,
    /// <summary>On the processor.</summary>
    Cpu = 1,
    /// <summary>On a CUDA device; loading fails where there is none.</summary>
    Cuda = 2,
}
