using System.Text.Json;

namespace Causeway.Core.Catalog;

/// <summary>Files that are part of the binary.</summary>
public static class EmbeddedData
{
    /// <summary>The bytes of the file of that name.</summary>
    public static byte[] Bytes(string name)
    {
        using var stream = typeof(EmbeddedData).Assembly.GetManifestResourceStream(name) ?? throw new InvalidDataException($"{name} is not in this build");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The file parsed as JSON.</summary>
    public static JsonElement Json(string name) => JsonDocument.Parse(Bytes(name)).RootElement;
}
