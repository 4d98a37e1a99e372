using Microsoft.Extensions.Logging;

namespace Causeway.Core.Configuration;

/// <summary>
/// Holds the current configuration and follows its files, <c>config.json</c> and <c>models.json</c>. A change that is wrong keeps the
/// running configuration and says so.
/// </summary>
public sealed class ConfigStore(string appDir, GatewayConfig initial, Func<string, string?> env, ILogger<ConfigStore> log, TimeProvider time) : IDisposable
{
    /// <summary>Watching files by their time alone works on every file system, and once a second costs nothing.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private volatile GatewayConfig _current = initial;
    private FileStamps _seen = FileStamps.Of(appDir);
    private ProviderConfig? _found;
    private ITimer? _timer;

    /// <summary>The configuration in force.</summary>
    public GatewayConfig Current => _current;

    /// <summary>Raised after <see cref="Current"/> changed.</summary>
    public event Action<GatewayConfig>? Changed;

    /// <summary>Begins to follow the files.</summary>
    public void Watch() => _timer = time.CreateTimer(_ => ReloadIfChanged(), null, Interval, Interval);

    /// <summary>Looks at the files now.</summary>
    public void ReloadIfChanged()
    {
        lock (_lock)
        {
            var stamps = FileStamps.Of(appDir);
            if (stamps == _seen) return;
            _seen = stamps;
            var load = ConfigLoader.LoadAppDir(appDir, env);
            foreach (var warning in load.Warnings) log.LogWarning("{Warning}", warning);
            if (load.Config is null)
            {
                foreach (var error in load.Errors) log.LogError("The change was not taken over, the running configuration stays: {Error}", error);
                return;
            }

            Replace(load.Config);
        }
    }

    /// <summary>Adds a provider that was found running. It stays as long as no file says which providers there are.</summary>
    public void Add(ProviderConfig found)
    {
        lock (_lock)
        {
            _found = found;
            Replace(_current);
        }
    }

    private void Replace(GatewayConfig config)
    {
        if (_found is { } found && !_seen.Config.Exists)
            config = config with { Providers = new Dictionary<string, ProviderConfig>(config.Providers, StringComparer.OrdinalIgnoreCase) { [found.Name] = found } };
        _current = config;
        Changed?.Invoke(config);
        log.LogInformation("Configuration reloaded: {Providers}", string.Join(", ", config.Providers.Keys));
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    /// <summary>What the files looked like.</summary>
    private readonly record struct FileStamps(FileStamp Config, FileStamp Models)
    {
        public static FileStamps Of(string appDir) => new(FileStamp.Of(Path.Combine(appDir, ConfigLoader.FileName)), FileStamp.Of(Path.Combine(appDir, ModelFile.FileName)));
    }

    /// <summary>When a file was last written, and its length in bytes.</summary>
    private readonly record struct FileStamp(bool Exists, DateTime Written, long Length)
    {
        public static FileStamp Of(string path) => new FileInfo(path) is { Exists: true } file ? new(true, file.LastWriteTimeUtc, file.Length) : default;
    }
}
