using Causeway.Cli;
using Causeway.Core.Configuration;
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
    public void What_makes_no_sense_is_refused(string arguments, string named)
    {
        var result = Parse(arguments);
        Assert.Equal((null, 2), (result.Options, result.ExitCode));
        Assert.Contains(named, result.Output!, StringComparison.Ordinal);
    }

    [Fact]
    public void The_banner_says_what_to_do_when_no_provider_was_found()
    {
        var text = Banner.Text(new CommandLineOptions { AppDir = "/x" }, new GatewayConfig { Providers = new Dictionary<string, ProviderConfig>() }, 8080);
        Assert.Contains("OPENAI_API_KEY", text, StringComparison.Ordinal);
        Assert.Contains("/x/config.json", text, StringComparison.Ordinal);
    }
}
