using Google.Protobuf.Reflection;

namespace Grpc.Reflection.Internal;

/// <summary>The descriptors of services with all that they need, by file name and by the symbols in them.</summary>
internal sealed class SymbolRegistry
{
    private readonly Dictionary<string, FileDescriptor> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> _bySymbol = new(StringComparer.Ordinal);

    public SymbolRegistry(IEnumerable<FileDescriptor> files)
    {
        foreach (var file in files)
        {
            Add(file);
        }
    }

    public FileDescriptor? FindByName(string name) => _byName.GetValueOrDefault(name);

    public FileDescriptor? FindBySymbol(string symbol) => _bySymbol.GetValueOrDefault(symbol);

    private void Add(FileDescriptor file)
    {
        if (!_byName.TryAdd(file.Name, file))
        {
            return;
        }

        foreach (var dependency in file.Dependencies)
        {
            Add(dependency);
        }

        foreach (var type in file.EnumTypes)
        {
            _bySymbol[type.FullName] = file;
        }

        foreach (var type in file.MessageTypes)
        {
            Add(type);
        }

        foreach (var service in file.Services)
        {
            _bySymbol[service.FullName] = file;
            foreach (var method in service.Methods)
            {
                _bySymbol[method.FullName] = file;
            }
        }
    }

    private void Add(MessageDescriptor message)
    {
        _bySymbol[message.FullName] = message.File;
        foreach (var type in message.EnumTypes)
        {
            _bySymbol[type.FullName] = message.File;
        }

        foreach (var type in message.NestedTypes)
        {
            Add(type);
        }
    }
}
