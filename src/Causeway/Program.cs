using Causeway.Cli;
using Causeway.Cli.Wrap;
using Causeway.Hosting;

if (args is [WrapOptions.Verb, ..]) return WrapCommand.Run(args[1..], Environment.GetEnvironmentVariable, Environment.CurrentDirectory);

// Socket completions run on the thread that polls the sockets: a third less CPU for each request, and no token of a stream waits
// for a thread. Nothing on the request path may block. Must be set before the first socket exists; the operator's own choice wins.
SetDefault("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

// Each request in flight holds an array for its body. Those the pool has no room for would be garbage at once, and the large ones
// collect the whole heap; it gives back what lies unused.
SetDefault("DOTNET_SYSTEM_BUFFERS_SHAREDARRAYPOOL_MAXARRAYSPERPARTITION", "128");

var command = CommandLine.Parse(args, Environment.GetEnvironmentVariable);
if (command.Output is { } text)
{
    (command.ExitCode == 0 ? Console.Out : Console.Error).WriteLine(text);
    return command.ExitCode;
}

return command.Options is { Verb: Verb.Run } options
    ? await Gateway.RunAsync(options)
    : await StoreCommand.RunAsync(command.Options!, Environment.GetEnvironmentVariable, Console.Out, Console.Error);

static void SetDefault(string name, string value)
{
    if (Environment.GetEnvironmentVariable(name) is null) Environment.SetEnvironmentVariable(name, value);
}
