using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Causeway.Core.Configuration;
using Npgsql;

namespace Causeway.Storage.Contract.Postgres;

/// <summary>A real server on a free loopback port, whose data goes with the tests. Debian's <c>postgresql</c> has its programs.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private const string User = "causeway";
    private const string Password = "it's \"secret\"; ünd=long";

    private static readonly string Programs = Directory.GetDirectories("/usr/lib/postgresql").Order().Last() + "/bin/";

    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-pg-").FullName;
    private Process? _server;
    private int _count;

    public int Port { get; private set; }

    public PostgresStoreConfig Config(string database) => new() { Host = "127.0.0.1", Port = Port, User = User, Password = Password, Database = database };

    /// <summary>Makes an empty database.</summary>
    public async Task<PostgresStoreConfig> CreateAsync()
    {
        var name = $"test{Interlocked.Increment(ref _count)}";
        await ExecuteAsync("postgres", $"CREATE DATABASE {name} TEMPLATE template0");
        return Config(name);
    }

    /// <summary>Removes a database, whoever is connected to it.</summary>
    public Task DropAsync(string database) => ExecuteAsync("postgres", $"DROP DATABASE {database} WITH (FORCE)");

    /// <summary>Stops the server and all of its processes where they are, as a machine that hangs; or lets them go on.</summary>
    public async Task FreezeAsync(bool isFrozen)
    {
        using var find = Process.Start(new ProcessStartInfo("pgrep", ["-P", $"{_server!.Id}"]) { RedirectStandardOutput = true })!;
        var children = (await find.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        using var signal = Process.Start("kill", [isFrozen ? "-STOP" : "-CONT", $"{_server.Id}", .. children]);
        await signal.WaitForExitAsync();
    }

    /// <summary>Executes a statement outside of any store.</summary>
    public async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = Connect(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Executes a statement in a transaction that stays open until it is committed.</summary>
    public async Task<NpgsqlTransaction> HoldAsync(string database, string sql)
    {
        var connection = Connect(database);
        await connection.OpenAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        await command.ExecuteNonQueryAsync();
        return transaction;
    }

    /// <summary>The first column of a query's rows.</summary>
    public async Task<List<string>> LinesAsync(string database, string sql)
    {
        await using var connection = Connect(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var rows = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await rows.ReadAsync()) lines.Add(rows.GetString(0));
        return lines;
    }

    public async ValueTask InitializeAsync()
    {
        Port = FreePort();
        var (data, password) = (Path.Combine(_folder, "data"), Path.Combine(_folder, "password"));
        await File.WriteAllTextAsync(password, Password);
        if (Environment.UserName == "root") await RunAsync("chown", "-R", "postgres:postgres", _folder);   // the server refuses to be root
        await RunAsync(Programs + "initdb", "-D", data, "-U", User, "-A", "scram-sha-256", "--pwfile", password, "-E", "UTF8", "--locale", "C", "--no-sync", "--no-instructions");
        _server = Start(Programs + "postgres", "-D", data, "-p", $"{Port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "log_min_messages=panic", "-c", "timezone=Asia/Kathmandu");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => _server?.Kill();   // if the tests end before they dispose
        for (var tries = 0; ; tries++)
        {
            try
            {
                await ExecuteAsync("postgres", "SELECT 1");
                return;
            }
            catch (NpgsqlException) when (tries < 200 && !_server.HasExited)
            {
                await Task.Delay(100);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { HasExited: false })
        {
            using var stop = Process.Start("kill", ["-INT", $"{_server.Id}"]);   // a fast shutdown: the server ends its children
            await _server.WaitForExitAsync();
        }

        _server?.Dispose();
        _server = null;
        Directory.Delete(_folder, recursive: true);
    }

    private NpgsqlConnection Connect(string database)
    {
        var config = Config(database);
        return new NpgsqlConnection(new NpgsqlConnectionStringBuilder { Host = config.Host, Port = Port, Username = User, Password = Password, Database = database, Pooling = false }.ToString());
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>Starts a program of the server's as the user <c>postgres</c> if this is root; the process's id is the program's own.</summary>
    private static Process Start(string program, params string[] arguments)
    {
        string[] other = Environment.UserName == "root" ? ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", program] : [program];
        return Process.Start(new ProcessStartInfo(other[0], [.. other[1..], .. arguments]) { WorkingDirectory = "/", RedirectStandardOutput = true, RedirectStandardError = true })!;
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = program.StartsWith(Programs, StringComparison.Ordinal) ? Start(program, arguments) : Process.Start(program, arguments);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program}: {process.ExitCode}: {await process.StandardError.ReadToEndAsync()}");
    }
}
