using Causeway.Core.Governance;

namespace Causeway.Admin;

/// <summary>Values as they stand in answers.</summary>
internal static class ApiText
{
    /// <summary>A time in UTC, to the millisecond: <c>2026-11-26T02:46:45.219Z</c>.</summary>
    public static string Of(DateTimeOffset time) => TimeText.Of(time);
}
