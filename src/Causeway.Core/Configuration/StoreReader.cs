using System.Globalization;
using System.Text.Json;

namespace Causeway.Core.Configuration;

/// <summary>Reads <c>config_store</c>: <c>{"type": "postgres", "config": {"host": "db", "user": "causeway", "password": "env.DB_PASSWORD", "db_name": "causeway"}}</c>.</summary>
internal static class StoreReader
{
    internal static readonly string[] Names = ["enabled", "type", "config"];
    internal static readonly string[] SqliteNames = ["path"];
    internal static readonly string[] PostgresNames = ["host", "port", "user", "password", "db_name", "ssl_mode", "max_open_conns", "lease_seconds"];
    internal static readonly string[] LaterPostgresNames = ["password_command", "max_idle_conns"];
    internal static readonly string[] TlsWords = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];   // in the order of StoreTls

    /// <summary>The store; null if none is wanted. Without a section it is the usual file.</summary>
    public static StoreConfig? Read(ConfigNode node, Func<string, string?> env)
    {
        if (node.IsMissing) return new SqliteStoreConfig();
        node.CheckNames(Names);
        return node["enabled"].Flag() == false ? null : ReadParts(node, env);
    }

    /// <summary>What its members say: the names of others than its own were checked before.</summary>
    public static StoreConfig? ReadParts(ConfigNode node, Func<string, string?> env)
    {
        switch (node["type"].Text())
        {
            case null or "sqlite":
                return Sqlite(node["config"], env);
            case "postgres":
                return Postgres(node["config"], env);
            default:
                node["type"].Error("must be sqlite or postgres");
                return null;
        }
    }

    private static SqliteStoreConfig Sqlite(ConfigNode node, Func<string, string?> env)
    {
        node.CheckNames(SqliteNames);
        return node["path"].IsMissing ? new SqliteStoreConfig() : new SqliteStoreConfig(EnvText.Required(node["path"], env));
    }

    private static PostgresStoreConfig Postgres(ConfigNode node, Func<string, string?> env)
    {
        node.CheckNames([.. PostgresNames, .. LaterPostgresNames]);
        if (!node["password_command"].IsMissing) node["password_command"].Error("is not supported: give `password` as env.NAME", secret: true);
        var defaults = new PostgresStoreConfig { Host = "", User = "", Database = "" };
        return defaults with
        {
            Host = EnvText.Required(node["host"], env),
            Port = Port(node["port"], env) ?? defaults.Port,
            User = EnvText.Required(node["user"], env),
            Password = node["password"].IsMissing ? "" : EnvText.Required(node["password"], env),
            Database = EnvText.Required(node["db_name"], env),
            Tls = Tls(node["ssl_mode"]) ?? defaults.Tls,
            LeaseSeconds = (int)(node["lease_seconds"].Number(4, 3600) ?? defaults.LeaseSeconds),
            MaxConnections = (int)(node["max_open_conns"].Number(2, 10_000) ?? defaults.MaxConnections),
        };
    }

    /// <summary>A port, as a number or, as Bifrost has it, as a text.</summary>
    private static int? Port(ConfigNode node, Func<string, string?> env)
    {
        if (node.IsMissing || node.Value.ValueKind == JsonValueKind.Number) return (int?)node.Number(1, 65_535);
        if (int.TryParse(EnvText.Required(node, env), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65_535) return port;
        node.Error("must be a number from 1 to 65535");
        return null;
    }

    private static StoreTls? Tls(ConfigNode node)
    {
        if (node.Text() is not { } word) return null;
        var at = Array.IndexOf(TlsWords, word);
        if (at >= 0) return (StoreTls)at;
        node.Error($"must be one of {string.Join(", ", TlsWords)}");
        return null;
    }
}
