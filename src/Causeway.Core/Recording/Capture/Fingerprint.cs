using System.Buffers.Binary;
using System.Security.Cryptography;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Core.Recording.Capture;

/// <summary>Hashes of what is said, taken from SHA-256.</summary>
internal static class Fingerprint
{
    /// <summary>16 bytes of the hash: what pieces of bodies are known by.</summary>
    public static UInt128 Of(ReadOnlySpan<byte> bytes, UInt128 salt = default)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash) ^ salt;
    }

    /// <summary>8 bytes of the hash of parts of a conversation, without what only tells caches where to begin; 0 of nothing.</summary>
    public static ulong Of(IEnumerable<Part> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var isEmpty = true;
        foreach (var part in parts)
        {
            isEmpty = false;
            Add(hash, part);
        }

        return isEmpty ? 0 : Short(hash);
    }

    /// <summary>8 bytes of the hash of a tool.</summary>
    public static ulong Of(Tool tool)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        switch (tool)
        {
            case FunctionTool function:
                hash.AppendData(System.Text.Encoding.UTF8.GetBytes(function.Name));
                Add(hash, function.Description);
                Add(hash, function.Schema);
                break;
            case OpaqueTool opaque:
                Add(hash, opaque.Raw);
                break;
        }

        return Short(hash);
    }

    /// <summary>8 bytes of the hash of a value; 0 of nothing.</summary>
    public static ulong Of(RawJson value) => value.IsMissing ? 0 : (ulong)Of(value.Utf8) | 1;

    private static void Add(IncrementalHash hash, Part part)
    {
        switch (part)
        {
            case TextPart text: Add(hash, text.Text); break;
            case RefusalPart refusal: Add(hash, refusal.Text); break;
            case ReasoningPart thought:
                Add(hash, thought.Text);
                Add(hash, thought.Signature);
                break;
            case MediaPart media: Add(hash, media.Data); break;
            case ToolCallPart call:
                hash.AppendData(System.Text.Encoding.UTF8.GetBytes(call.Name));
                Add(hash, call.Arguments);
                break;
            case ToolResultPart result:
                foreach (var inner in result.Content) Add(hash, inner);
                break;
            case OpaquePart opaque: Add(hash, opaque.Raw); break;
        }

        hash.AppendData([0]);
    }

    private static void Add(IncrementalHash hash, RawJson value)
    {
        hash.AppendData(value.Utf8);
        hash.AppendData([0]);
    }

    private static ulong Short(IncrementalHash hash)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes) | 1;   // never 0
    }
}
