using System.Runtime.InteropServices;
using SQLitePCL;

namespace Causeway.Storage.Sqlite;

/// <summary>
/// The native SQLite. The release has it linked in (see Causeway.csproj), so that it stays one file and loads nothing at run time; elsewhere the
/// loader finds the system's libsqlite3, which is the same Debian build. ADR 9 has the choice and its numbers.
/// </summary>
internal static class SqliteLibrary
{
    /// <summary>Must be called before the first connection. Calling it again does nothing.</summary>
    public static void Use() => Once.Done();

    private static class Once
    {
        static Once()
        {
            // The name without a version is there only where programs are built against it. What is linked in asks nobody.
            NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_sqlite3).Assembly, static (name, assembly, path) =>
                name == "sqlite3" && NativeLibrary.TryLoad("libsqlite3.so.0", assembly, path, out var found) ? found : 0);
            raw.SetProvider(new SQLite3Provider_sqlite3());
        }

        public static void Done()
        {
        }
    }
}
