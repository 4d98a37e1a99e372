using System.Diagnostics.CodeAnalysis;

namespace Causeway.Storage.Logs;

/// <summary>A name that values of a dimension have.</summary>
/// <param name="Column">The dimension's column, or <see cref="Columns.LogColumn.CustomNames"/>.</param>
/// <param name="Text">The name.</param>
internal readonly record struct LogName(int Column, string Text)
{
    /// <summary>The name as databases keep it.</summary>
    public static LogName Of(int column, string text) => new(column, StoredText.Of(text));
}

/// <summary>The names that were used lately, with their numbers, which never change. There may be millions in the store.</summary>
internal sealed class LogNames
{
    private const int Most = 50_000;

    private readonly Generations<LogName, int> _numbers = new(Most);
    private readonly Generations<int, LogName> _names = new(Most);

    /// <summary>The number of a name.</summary>
    public bool TryNumber(LogName name, out int number) => _numbers.TryGet(name, out number);

    /// <summary>The name of a number.</summary>
    public bool TryName(int number, [NotNullWhen(true)] out LogName name) => _names.TryGet(number, out name);

    /// <summary>Remembers a name that is in the store.</summary>
    public void Learn(int number, LogName name)
    {
        _numbers.Put(name, number);
        _names.Put(number, name);
    }
}
