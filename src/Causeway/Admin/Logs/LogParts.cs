using Causeway.Core.Recording.Live;
using Causeway.Core.Recording.Log;

namespace Causeway.Admin.Logs;

/// <summary>What the log's part of the management API is made of.</summary>
/// <param name="Open">The log, opened if it is not; null: none is kept.</param>
/// <param name="Live">Knows what goes on.</param>
internal sealed record LogParts(Func<Task<ILogStore>>? Open, LiveHub Live);
