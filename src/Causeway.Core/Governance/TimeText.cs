using System.Globalization;

namespace Causeway.Core.Governance;

/// <summary>Times as they stand in what is given out.</summary>
public static class TimeText
{
    /// <summary>A time in UTC, to the millisecond: <c>2026-11-26T02:46:45.219Z</c>.</summary>
    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
