using System.Text.Json;

namespace Causeway.Core.Governance.Reports;

/// <summary>Rows as JSON objects; what is not known is null.</summary>
internal sealed class JsonFields(Utf8JsonWriter writer) : IFields
{
    public void Text(string name, string? value) => writer.WriteString(name, value);

    public void Number(string name, long? value)
    {
        if (value is { } number) writer.WriteNumber(name, number);
        else writer.WriteNull(name);
    }

    public void Dollars(string name, decimal? value)
    {
        if (value is { } dollars) writer.WriteNumber(name, dollars);
        else writer.WriteNull(name);
    }

    public void Millis(string name, TimeSpan? value) => Dollars(name, value is { } time ? time.Ticks / (decimal)TimeSpan.TicksPerMillisecond : null);

    public void Fraction(string name, double? value)
    {
        if (value is { } number && double.IsFinite(number)) writer.WriteNumber(name, Math.Round(number, 6));
        else writer.WriteNull(name);
    }

    public void Texts(string name, IReadOnlyList<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values) writer.WriteStringValue(value);
        writer.WriteEndArray();
    }

    public void Flag(string name, bool value) => writer.WriteBoolean(name, value);
}
