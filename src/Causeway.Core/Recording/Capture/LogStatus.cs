namespace Causeway.Core.Recording.Capture;

/// <summary>How the request log gets on.</summary>
/// <param name="Queued">Exchanges that wait to be written.</param>
/// <param name="Written">Exchanges that were written.</param>
/// <param name="Dropped">Exchanges that were not: too many waited, or the database took them for too long not.</param>
/// <param name="ContentsDropped">Exchanges of which only the row was written: too much waited.</param>
/// <param name="Failed">How often the database failed.</param>
/// <param name="Problem">What it said last, until it works again; null: it works.</param>
public sealed record LogStatus(int Queued, long Written, long Dropped, long ContentsDropped, long Failed, string? Problem);
