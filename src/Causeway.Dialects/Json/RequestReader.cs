using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Causeway.Dialects.Canonical;

namespace Causeway.Dialects.Json;

/// <summary>
/// Typed access to a request's JSON that notes the first problem instead of throwing: a decoder reads on with what it
/// gets and looks at <see cref="Error"/> once, at the end. The path of a problem is searched for only when there is one.
/// </summary>
public sealed class RequestReader(JsonView root)
{
    /// <summary>The first problem found; null if there is none.</summary>
    public GatewayError? Error { get; private set; }

    /// <summary>Notes that the value <paramref name="at"/> is wrong: the message is its path and <paramref name="problem"/>.</summary>
    public void Fail(JsonView at, string problem)
    {
        if (Error is not null) return;
        var path = PathOf(at);
        Error = GatewayError.Invalid(path.Length == 0 ? null : path, path.Length == 0 ? $"the body {problem}" : $"{path}: {problem}");
    }

    /// <summary>Notes that <paramref name="owner"/> lacks the field <paramref name="name"/>, or that the field is wrong.</summary>
    public void Fail(JsonView owner, string name, string problem)
    {
        if (Error is not null) return;
        var path = PathOf(owner);
        path = path.Length == 0 ? name : $"{path}.{name}";
        Error = GatewayError.Invalid(path, $"{path}: {problem}");
    }

    /// <summary>The value of a field, undefined if it is absent or null.</summary>
    public static JsonView Get(JsonView owner, ReadOnlySpan<byte> name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : default;

    /// <summary>Checks that the value is an object.</summary>
    public bool IsObject(JsonView value) => Is(value, JsonValueKind.Object, "must be an object");

    /// <summary>Checks that the value is a list.</summary>
    public bool IsArray(JsonView value) => Is(value, JsonValueKind.Array, "must be a list");

    /// <summary>Checks that the value is text.</summary>
    public bool IsString(JsonView value) => Is(value, JsonValueKind.String, "must be text");

    /// <summary>The text of a value; empty, and a problem, if it is none.</summary>
    public string Text(JsonView value) => IsString(value) ? ((RawJson)value).AsString()! : "";

    /// <summary>The value as a raw JSON string; missing if it is undefined, and a problem if it is no text.</summary>
    public RawJson RawText(JsonView value) =>
        value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? default : IsString(value) ? value : default(RawJson);

    /// <summary>The value as a raw JSON number; missing if it is undefined, and a problem if it is no number.</summary>
    public RawJson RawNumber(JsonView value) =>
        value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? default
        : Is(value, JsonValueKind.Number, "must be a number") ? value : default(RawJson);

    /// <summary>The value as a whole number of at least <paramref name="least"/>; null if it is undefined or null.</summary>
    public long? Integer(JsonView value, long least)
    {
        if (value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null) return null;
        if (((RawJson)value).AsInteger() is { } number && number >= least) return number;
        Fail(value, $"must be a whole number of at least {least}");
        return null;
    }

    /// <summary>The value as true or false; null if it is undefined or null.</summary>
    public bool? Boolean(JsonView value)
    {
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.ValueKind == JsonValueKind.True;
        if (value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null)) Fail(value, "must be true or false");
        return null;
    }

    private bool Is(JsonView value, JsonValueKind kind, string problem)
    {
        if (value.ValueKind == kind) return true;
        Fail(value, problem);
        return false;
    }

    /// <summary>Where a value stands in the request, such as <c>messages[2].content</c>; empty for the body itself.</summary>
    private string PathOf(JsonView target) =>
        target.ValueKind == JsonValueKind.Undefined ? "" : Find(root, target.Utf8, "") ?? "";

    private static string? Find(JsonView at, ReadOnlySpan<byte> target, string path)
    {
        var raw = at.Utf8;
        if (IsSame(raw, target)) return path;
        if (!raw.Overlaps(target)) return null;
        if (at.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in at.EnumerateObject())
            {
                if (Find(property.Value, target, path.Length == 0 ? property.Name : $"{path}.{property.Name}") is { } found) return found;
            }
        }
        else if (at.ValueKind == JsonValueKind.Array)
        {
            var index = 0;
            foreach (var item in at.EnumerateArray())
            {
                if (Find(item, target, $"{path}[{index++}]") is { } found) return found;
            }
        }

        return null;
    }

    private static bool IsSame(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        left.Length == right.Length && Unsafe.AreSame(ref MemoryMarshal.GetReference(left), ref MemoryMarshal.GetReference(right));
}
