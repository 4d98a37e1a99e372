using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Causeway.EndToEnd.Harness;

/// <summary>A process that a test starts, with its output, ended with its children when the test is over.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int FirstPort = 12_000;
    private const int Ports = 20_000;

    private static int s_ports = Environment.ProcessId * 97;   // test runs beside each other begin elsewhere

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();

    /// <summary>Starts it.</summary>
    /// <param name="file">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">All of its environment but the path.</param>
    /// <param name="folder">Where it runs; null: in the folder of temporary files.</param>
    /// <param name="onError">Takes the lines of its standard error, where they are too many to be kept; null: they are kept.</param>
    public ChildProcess(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string? folder = null, Action<string>? onError = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        start.Environment.Clear();   // nothing of the machine's own keys or settings reaches what is tested
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        foreach (var (name, value) in environment) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        _process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        onError ??= _errors.Enqueue;
        _process.ErrorDataReceived += (_, line) => onError(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public string Output => string.Join('\n', _output).Trim();

    public string Errors => string.Join('\n', _errors).Trim();

    public bool HasExited => _process.HasExited;

    /// <summary>Waits for the end; the exit code.</summary>
    public async Task<int> WaitAsync(TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit);
        await _process.WaitForExitAsync(timeout.Token);
        return _process.ExitCode;
    }

    /// <summary>Kills it at this moment.</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>A port that nobody listens at, below those that the system gives to outgoing connections: one of them could take it before it is used.</summary>
    public static int FreePort()
    {
        while (true)
        {
            try
            {
                var port = FirstPort + ((Interlocked.Increment(ref s_ports) & int.MaxValue) % Ports);
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // somebody does
            }
        }
    }

    /// <summary>Polls until the address answers with success.</summary>
    public async Task WaitForAsync(HttpMessageInvoker http, Uri address)
    {
        for (var i = 0; i < 1500; i++)
        {
            if (_process.HasExited)
            {
                await _process.WaitForExitAsync();   // for its last words
                throw new InvalidOperationException($"the process ended with {_process.ExitCode}: {Output} {Errors}");
            }

            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, address);
                using var answer = await http.SendAsync(request, CancellationToken.None);
                if ((int)answer.StatusCode < 500) return;
            }
            catch (HttpRequestException)
            {
                // not yet
            }

            await Task.Delay(10);
        }

        throw new TimeoutException($"{address} does not answer: {Output} {Errors}");
    }
}
