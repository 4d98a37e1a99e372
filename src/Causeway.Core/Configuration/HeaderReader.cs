using System.Buffers;

namespace Causeway.Core.Configuration;

/// <summary>Reads headers that the gateway sends to others: <c>{"x-api-key": "env.KEY"}</c>.</summary>
internal static class HeaderReader
{
    private static readonly SearchValues<char> TokenChars = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>The headers in the order of the file. No problem shows a value.</summary>
    /// <param name="node">The object.</param>
    /// <param name="env">The environment.</param>
    /// <param name="own">Those that the gateway sets itself.</param>
    public static List<KeyValuePair<string, string>> Read(ConfigNode node, Func<string, string?> env, string[] own)
    {
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var (name, value) in node.Members())
        {
            if (!IsName(name)) value.Error("is no name of a header", secret: true);
            else if (own.Contains(name, StringComparer.OrdinalIgnoreCase)) value.Error("is set by the gateway", secret: true);
            else if (EnvText.Required(value, env) is { Length: > 0 } text)
            {
                if (text.Any(char.IsControl)) value.Error("must be one line of text", secret: true);
                headers.Add(new(name, text));
            }
        }

        return headers;
    }

    /// <summary>May a header have this name?</summary>
    public static bool IsName(string name) => name.Length > 0 && !name.AsSpan().ContainsAnyExcept(TokenChars);
}
