namespace Causeway.Core.Configuration;

/// <summary>Where the configuration's other part, and the ledger, are kept.</summary>
public abstract record StoreConfig;

/// <summary>In a file.</summary>
/// <param name="Path">The file, relative to the app directory.</param>
public sealed record SqliteStoreConfig(string Path = "config.db") : StoreConfig
{
    /// <summary>The file's full path.</summary>
    public string In(string appDir) => System.IO.Path.GetFullPath(Path, System.IO.Path.GetFullPath(appDir));
}

/// <summary>In a PostgreSQL database, which several gateways may share.</summary>
public sealed record PostgresStoreConfig : StoreConfig
{
    /// <summary>The server's name or address.</summary>
    public required string Host { get; init; }

    /// <summary>Its TCP port.</summary>
    public int Port { get; init; } = 5432;

    /// <summary>Who the gateway is to it.</summary>
    public required string User { get; init; }

    /// <summary>The user's password; empty if the server asks for none.</summary>
    public string Password { get; init; } = "";

    /// <summary>The database's name.</summary>
    public required string Database { get; init; }

    /// <summary>How the connection is protected.</summary>
    public StoreTls Tls { get; init; } = StoreTls.Prefer;

    /// <summary>The most connections at a time.</summary>
    public int MaxConnections { get; init; } = 50;

    /// <summary>How many seconds what a node holds of budgets stays its own when it is not heard of; the same on all nodes.</summary>
    public int LeaseSeconds { get; init; } = 60;

    /// <summary>For people, without the password.</summary>
    public override string ToString() => $"database '{Database}' at {Host}:{Port}";
}

/// <summary>How a connection to a database is protected: PostgreSQL's <c>sslmode</c>.</summary>
public enum StoreTls
{
    /// <summary>Not at all.</summary>
    Disable,

    /// <summary>By TLS if the server insists.</summary>
    Allow,

    /// <summary>By TLS if the server can.</summary>
    Prefer,

    /// <summary>By TLS, with whoever answers.</summary>
    Require,

    /// <summary>By TLS, with a server whose certificate is of an authority that this system trusts.</summary>
    VerifyCa,

    /// <summary>By TLS, with a server whose certificate is moreover made out to its name.</summary>
    VerifyFull,
}
