using Causeway.Storage.Contract.Sqlite;
using Xunit.Runner.InProc.SystemConsole;

// The tests; or a process that writes to a ledger until it is killed, see KillTests.
return args is ["write", var path] ? await KillTests.WriteAsync(path) : await ConsoleRunner.Run(args);
