using Causeway.Core.Configuration;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>Says in plain words what a server's refusals mean.</summary>
internal static class PostgresFailure
{
    /// <summary>The failure of the database that <paramref name="config"/> names.</summary>
    public static StoreException Of(PostgresStoreConfig config, NpgsqlException failure) => new($"{config}: {Reason(config, failure)}", failure);

    private static string Reason(PostgresStoreConfig config, NpgsqlException failure) => failure switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } => $"the server refuses the user '{config.User}': check `user` and `password`",
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => $"there is no such database: create it with `createdb {config.Database}`",
        PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } => "the server has no connection left: lower `max_open_conns`",
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => "the server's disk is full",
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => "cannot be written: name the primary server, not a standby",
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } refused => $"the user '{config.User}' lacks a right ({refused.MessageText}): make it the owner of the database",
        PostgresException refused => $"{refused.MessageText} ({refused.SqlState})",
        { InnerException: { } inner } => $"cannot be reached: {failure.Message}: {inner.Message}",
        _ => $"cannot be reached: {failure.Message}",
    };
}
