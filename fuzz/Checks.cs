using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Causeway.Fuzz;

/// <summary>Something that should not happen.</summary>
internal sealed class BrokenRuleException(string message) : Exception(message);

/// <summary>What all checks share.</summary>
internal static class Checks
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 1000 };

    /// <summary>Runs what writes JSON; what it wrote, which must be JSON.</summary>
    public static byte[] Json(string what, Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        Parse(what, output.WrittenMemory);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Must be one JSON value.</summary>
    public static void Parse(string what, ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
        }
        catch (JsonException broken)
        {
            throw new BrokenRuleException($"{what} is no JSON: {broken.Message} in {Encoding.UTF8.GetString(json.Span)}");
        }
    }
}
