using System.Buffers;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Quirks;

/// <summary>All quirks of one provider, applied one after the other.</summary>
public sealed class QuirkChain(IReadOnlyList<Quirk> quirks)
{
    /// <summary>The provider takes requests as they are.</summary>
    public bool IsEmpty => quirks.Count == 0;

    /// <summary>The body as the provider wants it. Losses are noted in <paramref name="losses"/>.</summary>
    public ReadOnlyMemory<byte> Apply(ReadOnlyMemory<byte> body, LossReport losses)
    {
        var fields = new TopLevelFields();
        foreach (var quirk in quirks)
        {
            if (!TopLevelScan.TryScan(body, fields, out _)) return body;   // the provider will say what is wrong with it
            var patch = new BodyPatch(body, fields);
            quirk(body, fields, patch, losses);
            if (patch.IsEmpty) continue;
            var output = new ArrayBufferWriter<byte>(body.Length + 256);
            patch.WriteTo(output);
            body = output.WrittenMemory;
        }

        return body;
    }
}
