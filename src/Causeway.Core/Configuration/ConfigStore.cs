using Microsoft.Extensions.Logging;

namespace Causeway.Core.Configuration;

/// <summary>
/// Holds the current configuration and follows its file. A change that is wrong keeps the running configuration and says so.
/// </summary>
public sealed class ConfigStore(string appDir, GatewayConfig initial, Func<string, string?> env, ILogger<ConfigStore> log, TimeProvider time) : IDisposable
{
    /// <summary>Watching the file by its time alone works on every file system, and once a second costs nothing.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private volatile GatewayConfig _current = initial;
    private (DateTime Written, long Length) _seen = Stamp(appDir);
    private ITimer? _timer;

    /// <summary>The configuration in force.</summary>
    public GatewayConfig Current => _current;

    /// <summary>Raised after <see cref="Current"/> changed.</summary>
    public event Action<GatewayConfig>? Changed;

    /// <summary>Begins to follow the file.</summary>
    public void Watch() => _timer = time.CreateTimer(_ => ReloadIfChanged(), null, Interval, Interval);

    /// <summary>Looks at the file now.</summary>
    public void ReloadIfChanged()
    {
        lock (_lock)
        {
            var stamp = Stamp(appDir);
            if (stamp == _seen) return;
            _seen = stamp;
            var load = ConfigLoader.LoadAppDir(appDir, env);
            foreach (var warning in load.Warnings) log.LogWarning("{Warning}", warning);
            if (load.Config is null)
            {
                foreach (var error in load.Errors) log.LogError("{File} was not taken over, the running configuration stays: {Error}", ConfigLoader.FileName, error);
                return;
            }

            Replace(load.Config);
        }
    }

    /// <summary>Puts another configuration in force.</summary>
    public void Replace(GatewayConfig config)
    {
        _current = config;
        Changed?.Invoke(config);
        log.LogInformation("Configuration reloaded: {Providers}", string.Join(", ", config.Providers.Keys));
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private static (DateTime Written, long Length) Stamp(string appDir)
    {
        var file = new FileInfo(Path.Combine(appDir, ConfigLoader.FileName));
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
    }
}
