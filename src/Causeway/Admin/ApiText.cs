using System.Globalization;

namespace Causeway.Admin;

/// <summary>Values as they stand in answers.</summary>
internal static class ApiText
{
    /// <summary>A time in UTC, to the millisecond: <c>2026-11-26T02:46:45.219Z</c>.</summary>
    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
