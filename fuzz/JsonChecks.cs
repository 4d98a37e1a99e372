using System.Text;
using System.Text.Json;
using Causeway.Dialects.Json;

namespace Causeway.Fuzz;

/// <summary>The parser takes what the runtime's takes, and an edited body is JSON again.</summary>
internal static class JsonChecks
{
    public static void Run(byte[] input)
    {
        using var tree = JsonInput.TryParse(input, out _);
        if (tree is not null != IsJson(input)) throw new BrokenRuleException($"one parser takes it, the other does not: {Encoding.UTF8.GetString(input)}");
        var fields = new TopLevelFields();
        if (!TopLevelScan.TryScan(input, fields, out _) || tree is null) return;
        var patch = new BodyPatch(input, fields);
        patch.Replace("model"u8, "\"other\""u8);
        patch.Remove("fallbacks"u8);
        patch.Rename("max_tokens"u8, "max_completion_tokens"u8);
        patch.Append("added"u8, "[1]"u8);
        Checks.Json("the edited body", patch.WriteTo);
        foreach (var member in tree.RootElement.EnumerateObject()) Checks.Parse("a copy of a member", member.Value.With(("x", RawJson.FromNumber(1))).Utf8.ToArray());
    }

    private static bool IsJson(byte[] input)
    {
        try
        {
            using var document = JsonDocument.Parse(input, new JsonDocumentOptions { MaxDepth = JsonInput.MaxDepth, AllowDuplicateProperties = true });
            return Encoding.UTF8.GetString(input) is { } text && Encoding.UTF8.GetBytes(text).AsSpan().SequenceEqual(input);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
