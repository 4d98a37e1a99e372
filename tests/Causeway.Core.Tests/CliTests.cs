using Causeway.Cli;
using Causeway.Core.Configuration;
using Causeway.Core.Governance.Ledger;
using Microsoft.Extensions.Logging;

namespace Causeway.Core.Tests;

public sealed class CliTests
{
    private static CommandLine Parse(string arguments, params (string Name, string Value)[] env) =>
        CommandLine.Parse(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), name => env.FirstOrDefault(e => e.Name == name).Value);

    [Theory]
    [InlineData("-app-dir /x -port 9 -host 0.0.0.0 -log-level warn -log-style pretty")]
    [InlineData("--app-dir /x --port 9 --host 0.0.0.0 --log-level warn --log-style pretty")]
    [InlineData("-app-dir=/x --port=9 -host=0.0.0.0 -log-level=warn --log-style=pretty")]
    public void Options_take_one_dash_or_two_and_an_equals_sign(string arguments) =>
        Assert.Equal(new CommandLineOptions { AppDir = "/x", Port = 9, Host = "0.0.0.0", LogLevel = LogLevel.Warning, LogStyle = LogStyle.Pretty }, Parse(arguments).Options);

    [Fact]
    public void Variables_stand_in_for_options_that_are_not_given()
    {
        var options = Parse("-port 2", ("CAUSEWAY_PORT", "1"), ("CAUSEWAY_APP_DIR", "/y"), ("CAUSEWAY_LOG_LEVEL", "debug")).Options!;
        Assert.Equal((2, "/y", LogLevel.Debug), (options.Port, options.AppDir, options.LogLevel));
    }

    [Theory]
    [InlineData("-port many", "-port many")]
    [InlineData("-port", "needs a value")]
    [InlineData("-log-level loud", "debug, info, warn or error")]
    [InlineData("-apdir x", "did you mean -app-dir?")]
    [InlineData("serve", "unexpected argument 'serve'")]
    [InlineData("migrate now", "unexpected argument 'now'")]
    [InlineData("backup", "needs the name of a new file")]
    [InlineData("backup a b", "unexpected argument 'b'")]
    [InlineData("migrate -port many", "-port many")]
    [InlineData("-from 2026-11-01", "-from is for spend, export, rerate and report")]
    [InlineData("migrate -dry-run", "-dry-run is for spend, export, rerate and report")]
    [InlineData("spend here", "unexpected argument 'here'")]
    [InlineData("export a b", "unexpected argument 'b'")]
    [InlineData("spend -from yesterday", "-from yesterday: must be a day such as")]
    [InlineData("spend -from 2026-11-02 -to 2026-11-01", "-to: must be later than `from`")]
    [InlineData("spend -by teem", "-by teem: is not known: did you mean team?")]
    [InlineData("spend -where team", "-where team: must be a dimension and its value")]
    [InlineData("spend -where teem=web", "-where teem: is not known: did you mean team?")]
    [InlineData("spend -where from=web", "-where from=web: must be a dimension")]
    [InlineData("spend -where day=monday", "-where day monday: must be a day")]
    [InlineData("spend -where team=a -where team=b", "-where team b: is there twice")]
    [InlineData("spend -format xml", "-format xml: must be table, csv or json")]
    [InlineData("export -by team", "-by is not for export")]
    [InlineData("spend -dry-run", "-dry-run is not for spend")]
    [InlineData("report here", "unexpected argument 'here'")]
    [InlineData("report -dry-run", "-dry-run is not for report")]
    [InlineData("report -format xml", "-format xml: must be table, csv or json")]
    [InlineData("report -by brunch", "-by brunch: is not known: did you mean branch?")]
    [InlineData("report -by team,user,model", "-by: names more than 2 dimensions")]
    [InlineData("report -where branch", "-where branch: must be a dimension and its value")]
    [InlineData("report -where min_dolars=1", "-where min_dolars: is not known: did you mean min_dollars?")]
    [InlineData("report -from soon", "-from soon: must be a day such as")]
    [InlineData("rerate -dry-rum", "did you mean -dry-run?")]
    public void What_makes_no_sense_is_refused(string arguments, string named)
    {
        var result = Parse(arguments);
        Assert.Equal((null, 2), (result.Options, result.ExitCode));
        Assert.Contains(named, result.Output!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", Verb.Run, null)]
    [InlineData("migrate", Verb.Migrate, null)]
    [InlineData("-app-dir /x migrate", Verb.Migrate, null)]
    [InlineData("migrate -app-dir /x", Verb.Migrate, null)]
    [InlineData("backup -app-dir /x /y/copy.db", Verb.Backup, "/y/copy.db")]
    public void A_command_may_stand_before_its_options_or_behind_them(string arguments, Verb verb, string? file)
    {
        var options = Parse(arguments, ("CAUSEWAY_APP_DIR", "/x")).Options!;
        Assert.Equal((verb, file, "/x"), (options.Verb, options.BackupFile, options.AppDir));
    }

    [Fact]
    public void What_is_asked_of_the_ledger_is_read()
    {
        var options = Parse("spend -from 2026-11-01 --to=2026-12-01T06:30:00+02:00 -by virtual_key,model -where team=web -where customer= -where model=a=b -format json -app-dir /x").Options!;
        var (filter, by) = options.Ledger!.Question;
        Assert.Equal((Verb.Spend, ReportFormat.Json, "/x"), (options.Verb, options.Ledger.Format, options.AppDir));
        Assert.Equal((new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 12, 1, 4, 30, 0, TimeSpan.Zero)), (filter.From, filter.To));
        Assert.Equal([LedgerDimension.VirtualKey, LedgerDimension.Model], by);
        Assert.Equal(new Dictionary<LedgerDimension, string?> { [LedgerDimension.Team] = "web", [LedgerDimension.Customer] = null, [LedgerDimension.Model] = "a=b" }, filter.Values);
        Assert.True(Parse("rerate -dry-run").Options!.Ledger!.IsDryRun);
        Assert.Equal("/y/rows.csv", Parse("-where team=web export /y/rows.csv").Options!.Ledger!.File);
    }

    [Fact]
    public async Task The_database_is_migrated_and_copied_and_what_cannot_be_done_is_told()
    {
        var folder = Directory.CreateTempSubdirectory("causeway-cli-").FullName;
        async Task<string> Run(string arguments, int code)
        {
            using var output = new StringWriter();
            Assert.Equal(code, await StoreCommand.RunAsync(Parse($"{arguments} -app-dir {folder}").Options!, _ => null, output, output));
            return output.ToString().Trim();
        }

        Assert.Equal($"{folder}/config.db: from version 0 to version 2", await Run("migrate", 0));
        Assert.Equal($"{folder}/config.db: up to date, version 2", await Run("migrate", 0));
        Assert.StartsWith($"{folder}/copy.db: ", await Run($"backup {folder}/copy.db", 0), StringComparison.Ordinal);
        Assert.Contains("is there already", await Run($"backup {folder}/copy.db", 1), StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(folder, "config.json"), """{"config_store": {"enabled": false}}""", TestContext.Current.CancellationToken);
        Assert.Contains("there is no database", await Run("migrate", 1), StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(folder, "config.json"), """{"config_store": {"type": "postgres", "config": {"host": "db", "user": "u", "db_name": "d"}}}""", TestContext.Current.CancellationToken);
        Assert.Contains("pg_dump", await Run($"backup {folder}/other.db", 1), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void The_banner_says_what_to_do_when_no_provider_was_found()
    {
        var text = Banner.Text(new CommandLineOptions { AppDir = "/x" }, new GatewayConfig { Providers = new Dictionary<string, ProviderConfig>() }, 8080);
        Assert.Contains("OPENAI_API_KEY", text, StringComparison.Ordinal);
        Assert.Contains("/x/config.json", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_is_by_repository_and_branch_unless_something_else_is_asked_for()
    {
        Assert.Equal(["repository", "branch"], Parse("report").Options!.Report!.By.Select(dimension => dimension.Name));
        var asked = Parse("report -from 2026-11-01 -by dim.feature -where repository=acme/shop -where min_dollars=1 -format csv").Options!.Report!;
        Assert.Equal(("dim.feature", ReportFormat.Csv, "repository", 1_000_000_000_000), (Assert.Single(asked.By).Name, asked.Format, Assert.Single(asked.Filter.Values).Dimension.Name, Assert.Single(asked.Filter.Ranges).Least));
        Assert.Equal(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), asked.Filter.From);
    }
}
