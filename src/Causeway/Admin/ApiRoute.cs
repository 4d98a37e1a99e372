using Causeway.Admin.Access;

namespace Causeway.Admin;

/// <summary>A route of the management API.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path, with names in braces: <c>/api/teams/{id}</c>.</param>
/// <param name="Least">The least role that may use it; null: everybody may, also without an account.</param>
/// <param name="Summary">What it does, in a line.</param>
/// <param name="Handle">Does it.</param>
internal sealed record ApiRoute(string Method, string Path, Role? Least, string Summary, Func<ApiCall, ValueTask> Handle)
{
    private readonly string[] _segments = Path.Split('/');

    /// <summary>The name of the schema of its body in the OpenAPI document; null: it takes none.</summary>
    public string? Body { get; init; }

    /// <summary>The name of the schema of its answer; null: it has none of JSON.</summary>
    public string? Answer { get; init; }

    /// <summary>The media type of an answer that is not JSON; null: it is.</summary>
    public string? Media { get; init; }

    /// <summary>The status when all is well.</summary>
    public int Status { get; init; } = 200;

    /// <summary>Parameters in the query, each with what it means.</summary>
    public IReadOnlyList<(string Name, string Meaning)> Query { get; init; } = [];

    /// <summary>Does it want the version of the thing in <c>If-Match</c>?</summary>
    public bool WantsVersion { get; init; }

    /// <summary>What stands in a path for the names in braces; null if the path is another.</summary>
    public List<string>? Match(string[] segments)
    {
        if (segments.Length != _segments.Length) return null;
        var ids = new List<string>();
        for (var i = 0; i < segments.Length; i++)
        {
            if (_segments[i].StartsWith('{') && segments[i].Length > 0) ids.Add(Uri.UnescapeDataString(segments[i]));
            else if (segments[i] != _segments[i]) return null;
        }

        return ids;
    }
}
