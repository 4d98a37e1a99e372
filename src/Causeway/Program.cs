using Causeway.Cli;
using Causeway.Hosting;

// Socket completions run on the thread that polls the sockets: a third less CPU for each request, and no token of a stream waits
// for a thread. Nothing on the request path may block. Must be set before the first socket exists; the operator's own choice wins.
if (Environment.GetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS") is null)
    Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

var command = CommandLine.Parse(args, Environment.GetEnvironmentVariable);
if (command.Output is { } text)
{
    (command.ExitCode == 0 ? Console.Out : Console.Error).WriteLine(text);
    return command.ExitCode;
}

return await Gateway.RunAsync(command.Options!);
