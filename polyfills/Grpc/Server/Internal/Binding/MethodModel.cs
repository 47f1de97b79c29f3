using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Internal.Binding;

/// <summary>A method that will be an endpoint.</summary>
internal sealed record MethodModel(IMethod Method, IReadOnlyList<object> Metadata, RequestDelegate Handler);
