using System.Text;
using System.Text.Unicode;
using Causeway.Core.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Causeway.Core.Recording.Capture;

/// <summary>What the log takes from a request's headers.</summary>
internal sealed record LogHeaders
{
    private const int Longest = 200;      // of a value that rows are told apart by
    private const int LongestAgent = 400;
    private const int MostCustom = 16;

    private static readonly List<KeyValuePair<string, string>> None = [];
    private static readonly string[] CustomPrefixes = ["x-causeway-dim-", "x-bf-dim-"];

    public required string Path { get; init; }

    public string? UserAgent { get; init; }

    public string? Session { get; init; }

    public string? SessionName { get; init; }

    public string? Agent { get; init; }

    public string? ParentAgent { get; init; }

    public string? Repository { get; init; }

    public string? Branch { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Custom { get; init; } = [];

    /// <summary>Those of an exchange's request.</summary>
    public static LogHeaders Of(Exchange exchange)
    {
        var request = exchange.Http.Request;
        var headers = request.Headers;
        return new LogHeaders
        {
            Path = Cut(request.PathBase.HasValue ? request.PathBase.Value + request.Path.Value : request.Path.Value ?? "", LongestAgent),
            UserAgent = headers.UserAgent is [{ Length: > 0 } agent, ..] ? Cut(agent, LongestAgent) : null,
            Session = exchange.Session,
            SessionName = Said(headers, "x-causeway-session-name"),
            Agent = Find(headers, "x-claude-code-agent-id") ?? Find(headers, "x-causeway-agent"),
            ParentAgent = Find(headers, "x-claude-code-parent-agent-id") ?? Find(headers, "x-causeway-parent-agent"),
            Repository = Said(headers, "x-causeway-repository"),
            Branch = Said(headers, "x-causeway-branch"),
            Custom = CustomOf(headers, exchange.Gateway.Config.Log.Headers),
        };
    }

    /// <summary>What the client says of itself, and the headers that the configuration names.</summary>
    private static List<KeyValuePair<string, string>> CustomOf(IHeaderDictionary headers, IReadOnlyList<string> named)
    {
        List<KeyValuePair<string, string>>? found = null;
        foreach (var (name, values) in headers)
        {
            if (name.Length < 8 || (name[0] | 0x20) != 'x' || name[1] != '-') continue;
            foreach (var prefix in CustomPrefixes)
            {
                if (name.Length <= prefix.Length || !name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) continue;
                Add(name[prefix.Length..].ToLowerInvariant(), values.ToString());
            }
        }

        foreach (var name in named)
        {
            if (headers.TryGetValue(name, out var values)) Add(name.ToLowerInvariant(), values.ToString());
        }

        return found ?? None;

        void Add(string name, string value)
        {
            if (value.Length == 0 || name.Length > Longest || (found ??= []).Count == MostCustom || found.Exists(pair => pair.Key == name)) return;
            found.Add(new(name, Decoded(Cut(value, Longest))));
        }
    }

    private static string? Find(IHeaderDictionary headers, string name) => headers.TryGetValue(name, out var values) && values is [{ Length: > 0 } value, ..] ? Cut(value, Longest) : null;

    /// <summary>The same of a text that is written for the log: <c>causeway run</c> writes what is no ASCII as in addresses.</summary>
    private static string? Said(IHeaderDictionary headers, string name) => Find(headers, name) is { } text ? Decoded(text) : null;

    private static string Decoded(string text) => text.Contains('%') ? Uri.UnescapeDataString(text) : text;

    /// <summary>The text in Unicode: the server takes each byte of a header for a letter.</summary>
    private static string Cut(string text, int most)
    {
        if (!Ascii.IsValid(text))
        {
            var bytes = Encoding.Latin1.GetBytes(text);
            if (Utf8.IsValid(bytes)) text = Encoding.UTF8.GetString(bytes);
        }

        return text.Length > most ? text[..most] : text;
    }
}
