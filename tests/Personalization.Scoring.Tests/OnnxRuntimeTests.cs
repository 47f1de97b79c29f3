using Microsoft.ML.OnnxRuntime;

namespace Personalization.Scoring.Tests;

public sealed class OnnxRuntimeTests
{
    // The smallest model there is: y = Identity(x), x a float vector of any length. Made with onnx.helper.
    internal const string IdentityModel = "CAg6OQoQCgF4EgF5IghJZGVudGl0eRIBZ1oQCgF4EgsKCQgBEgUKAxIBbmIQCgF5EgsKCQgBEgUKAxIBbkIECgAQDQ==";

    [Fact]
    public void Run_IdentityModel_ReturnsItsInput()
    {
        using var session = new InferenceSession(Convert.FromBase64String(IdentityModel));
        using var input = OrtValue.CreateTensorValueFromMemory<float>([1.5f, -2, 0], [3]);
        using var options = new RunOptions();

        using var outputs = session.Run(options, ["x"], [input], ["y"]);

        Assert.Equal([1.5f, -2, 0], outputs[0].GetTensorDataAsSpan<float>().ToArray());
    }
}
