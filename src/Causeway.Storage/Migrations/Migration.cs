using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Causeway.Storage.Migrations;

/// <summary>A step in the life of a schema. Once released it is never changed: the next change is the next step.</summary>
/// <param name="Number">Its place, from 1 on without gaps.</param>
/// <param name="Name">What it brings.</param>
/// <param name="Sql">Its statements.</param>
internal sealed record Migration(int Number, string Name, string Sql)
{
    /// <summary>What tells whether it was changed: SHA-256 in hexadecimal.</summary>
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));

    /// <summary>The steps for SQLite, in order.</summary>
    public static IReadOnlyList<Migration> Sqlite { get; } = Load("sqlite/");

    /// <summary>The steps for the request log in SQLite, in order.</summary>
    public static IReadOnlyList<Migration> SqliteLogs { get; } = Load("sqlite-logs/");

    /// <summary>The steps for PostgreSQL, in order.</summary>
    public static IReadOnlyList<Migration> Postgres { get; } = Load("postgres/");

    /// <summary>For people: <c>0001_ledger</c>, as the file is named.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number:D4}_{Name}");

    private static List<Migration> Load(string folder)
    {
        var assembly = typeof(Migration).Assembly;
        var steps = new List<Migration>();
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var text = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var file = resource[folder.Length..];
            var sql = text.ReadToEnd().ReplaceLineEndings("\n");   // a checkout may have changed them
            steps.Add(new Migration(int.Parse(file.AsSpan(0, 4), CultureInfo.InvariantCulture), file[5..], sql));
        }

        return steps;
    }
}

/// <summary>What came of bringing a database up to date.</summary>
/// <param name="From">The number of the last step that it had; 0: it was empty.</param>
/// <param name="To">The number of the last step that it has.</param>
public readonly record struct Migrated(int From, int To);
