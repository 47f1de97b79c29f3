using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;

namespace Grpc.Reflection.Internal;

/// <summary>Answers reflection requests one by one, in the words of v1; v1alpha is the same on the wire under another name.</summary>
internal static class ReflectionAnswers
{
    public static ServerReflectionResponse Answer(MappedDescriptors descriptors, ServerReflectionRequest request) =>
        request.MessageRequestCase switch
        {
            ServerReflectionRequest.MessageRequestOneofCase.ListServices => Services(descriptors.ServiceNames),
            ServerReflectionRequest.MessageRequestOneofCase.FileByFilename =>
                File(descriptors.Symbols.FindByName(request.FileByFilename), "File not found."),
            ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol =>
                File(descriptors.Symbols.FindBySymbol(request.FileContainingSymbol), "Symbol not found."),
            _ => Error(StatusCode.Unimplemented, "Request type not supported by C# reflection service."),
        };

    private static ServerReflectionResponse Services(IEnumerable<string> names)
    {
        var services = new ListServiceResponse();
        services.Service.AddRange(names.Select(name => new ServiceResponse { Name = name }));
        return new ServerReflectionResponse { ListServicesResponse = services };
    }

    private static ServerReflectionResponse File(FileDescriptor? file, string otherwise)
    {
        if (file is null)
        {
            return Error(StatusCode.NotFound, otherwise);
        }

        var answer = new FileDescriptorResponse();
        answer.FileDescriptorProto.AddRange(WithImports(file, []));
        return new ServerReflectionResponse { FileDescriptorResponse = answer };
    }

    private static IEnumerable<ByteString> WithImports(FileDescriptor file, HashSet<string> seen) =>
        seen.Add(file.Name) ? [file.SerializedData, .. file.Dependencies.SelectMany(import => WithImports(import, seen))] : [];

    private static ServerReflectionResponse Error(StatusCode code, string message) =>
        new() { ErrorResponse = new ErrorResponse { ErrorCode = (int)code, ErrorMessage = message } };
}
