using Causeway.Core.Management;
using Microsoft.Extensions.Logging;

namespace Causeway.Core.Configuration;

/// <summary>
/// Holds the current configuration, follows its files, <c>config.json</c> and <c>models.json</c>, and takes what is stored beside them. A change that is
/// wrong keeps the running configuration and says so.
/// </summary>
/// <param name="appDir">The folder of the files.</param>
/// <param name="initial">What was read at the start.</param>
/// <param name="env">The environment.</param>
/// <param name="log">Told of what is wrong with a change.</param>
/// <param name="time">The clock.</param>
/// <param name="isExposed">Other machines can reach the gateway: requests need a virtual key unless the configuration says otherwise.</param>
public sealed class ConfigStore(string appDir, ConfigLoad initial, Func<string, string?> env, ILogger<ConfigStore> log, TimeProvider time, bool isExposed = false) : IDisposable
{
    /// <summary>Watching files by their time alone works on every file system, and once a second costs nothing.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private volatile ConfigLoad _load = initial with { Config = Complete(initial.Config!, isExposed) };
    private IReadOnlyList<StoredObject> _stored = [];
    private FileStamps _seen = FileStamps.Of(appDir);
    private ProviderConfig? _found;
    private ITimer? _timer;

    /// <summary>The configuration in force.</summary>
    public GatewayConfig Current => _load.Config!;

    /// <summary>How it was read.</summary>
    public ConfigLoad Load => _load;

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
            var load = ConfigLoader.LoadAppDir(appDir, env, _stored);
            foreach (var warning in load.Warnings) log.LogWarning("{Warning}", warning);
            Take(load);
        }
    }

    /// <summary>What the configuration would be with other stored objects, their secrets opened; nothing is changed.</summary>
    public ConfigTrial Try(IReadOnlyList<StoredObject> stored)
    {
        var stamps = FileStamps.Of(appDir);
        return new ConfigTrial(stored, ConfigLoader.LoadAppDir(appDir, env, stored), stamps);
    }

    /// <summary>Takes what was tried, read anew if a file has changed meanwhile.</summary>
    public void Take(ConfigTrial trial)
    {
        lock (_lock)
        {
            _stored = trial.Stored;
            Take(trial.Stamps.Equals(_seen) ? trial.Load : ConfigLoader.LoadAppDir(appDir, env, trial.Stored));
        }
    }

    private void Take(ConfigLoad load)
    {
        foreach (var (item, problem) in load.Stored) log.LogError("the stored {Kind} '{Id}' is left out: {Problem}", item.Kind, item.Id, problem);
        if (load.Config is not null) Replace(load);
        else foreach (var error in load.Errors) log.LogError("The change was not taken over, the running configuration stays: {Error}", error);
    }

    /// <summary>Adds a provider that was found running. It stays as long as no file says which providers there are.</summary>
    public void Add(ProviderConfig found)
    {
        lock (_lock)
        {
            _found = found;
            Replace(_load);
        }
    }

    private void Replace(ConfigLoad load)
    {
        var config = load.Config!;
        if (_found is { } found && !_seen.Config.Exists)
            config = config with { Providers = new Dictionary<string, ProviderConfig>(config.Providers, StringComparer.OrdinalIgnoreCase) { [found.Name] = found } };
        _load = load with { Config = config = Complete(config, isExposed) };
        Changed?.Invoke(config);
        log.LogInformation("Configuration reloaded: {Providers}", string.Join(", ", config.Providers.Keys));
    }

    private static GatewayConfig Complete(GatewayConfig config, bool isExposed) =>
        config with { Client = config.Client with { EnforcesVirtualKeys = config.Client.EnforcesVirtualKeys ?? isExposed } };

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    /// <summary>What the files looked like.</summary>
    internal readonly record struct FileStamps(FileStamp Config, FileStamp Models)
    {
        public static FileStamps Of(string appDir) => new(FileStamp.Of(Path.Combine(appDir, ConfigLoader.FileName)), FileStamp.Of(Path.Combine(appDir, ModelFile.FileName)));
    }

    /// <summary>When a file was last written, and its length in bytes.</summary>
    internal readonly record struct FileStamp(bool Exists, DateTime Written, long Length)
    {
        public static FileStamp Of(string path) => new FileInfo(path) is { Exists: true } file ? new(true, file.LastWriteTimeUtc, file.Length) : default;
    }
}

/// <summary>What a configuration would be.</summary>
/// <param name="Stored">The stored objects that it is made with.</param>
/// <param name="Load">What came of reading it.</param>
public sealed record ConfigTrial(IReadOnlyList<StoredObject> Stored, ConfigLoad Load)
{
    internal ConfigTrial(IReadOnlyList<StoredObject> stored, ConfigLoad load, ConfigStore.FileStamps stamps) : this(stored, load) => Stamps = stamps;

    /// <summary>What the files looked like before they were read.</summary>
    internal ConfigStore.FileStamps Stamps { get; }
}
