using Personalization.Scoring.Lifecycle;

namespace Personalization.Scoring.Tests.Lifecycle;

public sealed class ModelsDirectoryTests : IDisposable
{
    private readonly string _outside = Directory.CreateTempSubdirectory("models-").FullName;
    private readonly string _root;
    private readonly ModelsDirectory _models;

    public ModelsDirectoryTests()
    {
        _root = Directory.CreateDirectory(Path.Combine(_outside, "models")).FullName;
        Directory.CreateDirectory(Path.Combine(_root, "text"));
        Directory.CreateDirectory(Path.Combine(_outside, "models-of-others"));
        File.WriteAllText(Path.Combine(_root, "text", "text.onnx"), "inside");
        File.WriteAllText(Path.Combine(_outside, "secret.onnx"), "outside");
        _models = new ModelsDirectory(_root);
    }

    public void Dispose() => Directory.Delete(_outside, recursive: true);

    [Theory]
    [InlineData("text/text.onnx")]
    [InlineData("./text/../text/text.onnx")]
    [InlineData("text//text.onnx")]
    public void Resolve_BelowTheFolder_IsTheFile(string path)
    {
        Assert.Equal("inside", File.ReadAllText(_models.Resolve(path)!));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../secret.onnx")]
    [InlineData("text/../../secret.onnx")]
    [InlineData("../models-of-others/x.onnx")]
    [InlineData("text/text.onnx\0")]
    public void Resolve_NotBelowTheFolder_IsRefused(string path)
    {
        Assert.Null(_models.Resolve(path));
    }

    [Fact]
    public void Resolve_AbsolutePath_IsRefusedEvenIfItLiesBelow()
    {
        Assert.Null(_models.Resolve(Path.Combine(_outside, "secret.onnx")));
        Assert.Null(_models.Resolve(Path.Combine(_root, "text", "text.onnx")));
    }

    [Fact]
    public void Resolve_LinkThatLeadsOutside_IsRefused()
    {
        File.CreateSymbolicLink(Path.Combine(_root, "file.onnx"), Path.Combine(_outside, "secret.onnx"));
        Directory.CreateSymbolicLink(Path.Combine(_root, "folder"), _outside);
        Directory.CreateSymbolicLink(Path.Combine(_root, "relative"), "..");
        File.CreateSymbolicLink(Path.Combine(_root, "endless.onnx"), Path.Combine(_root, "endless.onnx"));

        Assert.All(
            ["file.onnx", "folder/secret.onnx", "relative/secret.onnx", "folder/models/../secret.onnx", "endless.onnx"],
            path => Assert.Null(_models.Resolve(path)));
    }

    [Fact]
    public void Resolve_LinksThatStayInside_AreFollowed()
    {
        Directory.CreateSymbolicLink(Path.Combine(_root, "current"), "text");
        File.CreateSymbolicLink(Path.Combine(_outside, "other-name"), _root);

        Assert.Equal("inside", File.ReadAllText(_models.Resolve("current/text.onnx")!));
        Assert.Equal("inside", File.ReadAllText(new ModelsDirectory(Path.Combine(_outside, "other-name")).Resolve("current/text.onnx")!));
    }
}
