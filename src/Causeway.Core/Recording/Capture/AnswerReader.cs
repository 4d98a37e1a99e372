using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Core.Recording.Capture;

/// <summary>Reads an upstream's answer as far as it goes.</summary>
internal static class AnswerReader
{
    /// <summary>The answer; of a stream that broke off, what came of it. Null if it cannot be understood.</summary>
    public static ChatResponse? Read(IUpstreamDialect dialect, bool isStream, ReadOnlyMemory<byte> body, Translation translation)
    {
        if (!isStream)
        {
            var decoded = dialect.DecodeResponse(body, translation);
            if (decoded.Value is { } answer) ToolBridge.Restore(answer.Parts, translation);
            return decoded.Value;
        }

        var response = Fold(dialect, body, translation).ToResponse();
        ToolBridge.Restore(response.Parts, translation);
        return response;
    }

    /// <summary>The events of a whole stream, folded.</summary>
    public static StreamFold Fold(IUpstreamDialect dialect, ReadOnlyMemory<byte> body, Translation translation)
    {
        using var reader = dialect.CreateFrameReader();
        using var decoder = dialect.CreateStreamDecoder(translation);
        var fold = new StreamFold(dialect.Id);
        var events = new List<StreamEvent>();
        reader.Append(body.Span);
        while (reader.TryRead(out var frame, atEnd: true))
        {
            decoder.Decode(frame, events);
            fold.AddAll(events);
        }

        decoder.End(events);
        fold.AddAll(events);
        return fold;
    }
}
