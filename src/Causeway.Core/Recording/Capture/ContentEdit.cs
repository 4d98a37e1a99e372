using System.Text;
using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Redaction;

namespace Causeway.Core.Recording.Capture;

/// <summary>What is done to what was said before it is kept.</summary>
/// <param name="Edit">Writes bytes without what must not be kept; null: they are kept as they are.</param>
/// <param name="Salt">Tells pieces apart that went through other rules.</param>
internal sealed record ContentEdit(Action<ReadOnlySpan<byte>, PooledBuffer>? Edit, UInt128 Salt)
{
    /// <summary>Nothing is done.</summary>
    public static ContentEdit None { get; } = new(null, 0);

    /// <summary>What a configuration says is taken out.</summary>
    public static ContentEdit Of(RedactionConfig config)
    {
        var redactor = new Redactor(config);
        var rules = string.Join('\n', config.Detectors) + "\n\n" + string.Join('\n', config.Patterns.Select(pattern => $"{pattern.Name} {pattern.Pattern}"));
        return new ContentEdit((bytes, output) => redactor.Redact(bytes, output), Fingerprint.Of(Encoding.UTF8.GetBytes(rules)));
    }

    /// <summary>Is nothing done?</summary>
    public bool IsNone => Edit is null;

    /// <summary>Writes bytes without what must not be kept.</summary>
    public void Apply(ReadOnlySpan<byte> bytes, PooledBuffer output)
    {
        if (Edit is { } edit) edit(bytes, output);
        else output.Write(bytes);
    }

    /// <summary>The text without it.</summary>
    public string Apply(string text)
    {
        if (Edit is not { } edit) return text;
        using var output = new PooledBuffer(text.Length + 64);
        edit(Encoding.UTF8.GetBytes(text), output);
        return Encoding.UTF8.GetString(output.Span);
    }
}
