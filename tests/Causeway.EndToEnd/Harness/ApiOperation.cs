namespace Causeway.EndToEnd.Harness;

/// <summary>An operation of the management API, as the gateway's own document has it.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path, with names in braces.</param>
/// <param name="Role">The least role that may use it, or <c>everybody</c>.</param>
internal sealed record ApiOperation(string Method, string Path, string Role)
{
    /// <summary>The path with ids of things that are not there. What would be told without end is asked for once.</summary>
    public string Missing => string.Join('/', Path.Split('/').Select(part => part.StartsWith('{') ? "not-there" : part)) + (Path == "/api/live" ? "?once=true" : "");

    public override string ToString() => $"{Method} {Path}";

    /// <summary>All that a gateway says it has.</summary>
    public static async Task<IReadOnlyList<ApiOperation>> AllAsync(GatewayProcess gateway)
    {
        var document = (await gateway.SendAsync(HttpMethod.Get, "/api/openapi.json")).Json;
        return
        [
            .. from path in document["paths"]!.AsObject()
               from operation in path.Value!.AsObject()
               select new ApiOperation(operation.Key.ToUpperInvariant(), path.Key, (string)operation.Value!["x-role"]!),
        ];
    }
}
