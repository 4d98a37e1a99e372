using System.Data.Common;

namespace Causeway.Storage;

/// <summary>A question to a database, and what its rows mean.</summary>
/// <param name="Sql">The statement.</param>
/// <param name="Parameters">What its <c>@p0</c> and so on stand for.</param>
/// <param name="Row">Makes a result of a row.</param>
internal sealed record Query<T>(string Sql, IReadOnlyList<object?> Parameters, Func<DbDataReader, T> Row);
