using System.Text;

namespace Causeway.Core.Recording.Metrics;

/// <summary>Labels as both formats write them.</summary>
internal static class LabelText
{
    private const int Longest = 200;   // characters of a value; clients may name a model with megabytes

    /// <summary>Such as <c>provider="openai",model="gpt-4o"</c>. A label that is empty is the same as none, and left out.</summary>
    public static string Of(ReadOnlySpan<MetricLabel> labels, ReadOnlySpan<string> values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, labels.Length);
        var text = new StringBuilder();
        for (var i = 0; i < labels.Length; i++)
        {
            if (values[i].Length == 0) continue;
            if (text.Length > 0) text.Append(',');
            text.Append(labels[i].Name).Append("=\"");
            Escape(text, values[i].AsSpan(0, Math.Min(values[i].Length, Longest)));
            text.Append('"');
        }

        return text.ToString();
    }

    /// <summary>The same values, but those of open labels that say something are <see cref="MetricRegistry.Other"/>.</summary>
    public static string[] Closed(ReadOnlySpan<MetricLabel> labels, ReadOnlySpan<string> values)
    {
        var closed = values.ToArray();
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i].IsOpen && closed[i].Length > 0) closed[i] = MetricRegistry.Other;
        }

        return closed;
    }

    /// <summary>Writes a value with what has a meaning of its own escaped; the formats know no other control characters than the end of a line.</summary>
    public static void Escape(StringBuilder text, ReadOnlySpan<char> value)
    {
        foreach (var one in value)
        {
            _ = one switch
            {
                '\\' => text.Append(@"\\"),
                '"' => text.Append("\\\""),
                '\n' => text.Append(@"\n"),
                _ => text.Append(char.IsControl(one) ? '?' : one),
            };
        }
    }
}
