using System.Text.Json;

namespace Causeway.Core.Configuration;

/// <summary>Reads texts that may stand in environment variables.</summary>
internal static class EnvText
{
    /// <summary>
    /// A text that must be there: written out, as <c>env.NAME</c>, or as an object with <c>value</c> or <c>ref</c>. Empty, and an error, if it is not there or the
    /// variable is not set.
    /// </summary>
    public static string Required(ConfigNode node, Func<string, string?> env)
    {
        var written = node.Value.ValueKind == JsonValueKind.Object ? (node["ref"].Text() is { Length: > 0 } name ? "env." + name.Replace("env.", "", StringComparison.Ordinal) : node["value"].Text()) : node.Text();
        if (written is null or "")
        {
            node.Error("is required");
            return "";
        }

        if (!written.StartsWith("env.", StringComparison.Ordinal)) return written;
        if (env(written[4..]) is { Length: > 0 } value) return value;
        node.Error($"the environment variable {written[4..]} is not set", secret: true);
        return "";
    }
}
