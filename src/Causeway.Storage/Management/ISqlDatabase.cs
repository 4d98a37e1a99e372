using System.Data.Common;

namespace Causeway.Storage.Management;

/// <summary>A database for statements that both kinds understand. Parameters are <c>@p0</c> and so on: texts, whole numbers of 64 bits, or null.</summary>
internal interface ISqlDatabase
{
    /// <summary>The rows of a query.</summary>
    Task<List<T>> ReadAsync<T>(string sql, IReadOnlyList<object?> parameters, Func<DbDataReader, T> row, CancellationToken cancel);

    /// <summary>Executes statements in one transaction; false, and nothing happened, if one that must change something did not.</summary>
    Task<bool> WriteAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancel);

    /// <summary>What tells other gateways of a change, as part of its transaction; null: there are none.</summary>
    SqlStatement? Announcement { get; }

    /// <summary>Returns when a change was announced, or when <paramref name="most"/> has passed.</summary>
    Task WaitAsync(TimeSpan most, CancellationToken cancel);
}

/// <summary>A statement.</summary>
/// <param name="Sql">Its text.</param>
/// <param name="Parameters">Its parameters.</param>
internal sealed record SqlStatement(string Sql, params object?[] Parameters)
{
    /// <summary>If it changes no row, nothing of its transaction is done.</summary>
    public bool MustChange { get; init; }
}
