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

    public void Flag(string name, bool value) => writer.WriteBoolean(name, value);
}
