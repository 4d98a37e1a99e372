using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Causeway.Hosting;

/// <summary>
/// The log for people: a line for each entry, whatever is in it. Clients and providers choose names and messages, so characters that would begin a line,
/// overwrite one or command a terminal become spaces.
/// </summary>
internal sealed class PlainLog(TimeProvider time) : ConsoleFormatter(Style)
{
    /// <summary>The formatter's name.</summary>
    public const string Style = "plain";

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var line = new StringBuilder(256);
        line.Append(time.GetLocalNow().ToString("HH:mm:ss ", CultureInfo.InvariantCulture)).Append(Word(logEntry.LogLevel)).Append(": ")
            .Append(logEntry.Category).Append('[').Append(logEntry.EventId.Id).Append("] ").Append(logEntry.Formatter(logEntry.State, logEntry.Exception));
        if (logEntry.Exception is { } exception) line.Append(' ').Append(exception);
        for (var i = 0; i < line.Length; i++)
        {
            if (char.IsControl(line[i]) || line[i] is '\u2028' or '\u2029') line[i] = ' ';
        }

        textWriter.WriteLine(line);
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
