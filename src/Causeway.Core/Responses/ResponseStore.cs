using System.Buffers;
using System.Text.Json;
using Causeway.Core.Authentication;
using Causeway.Dialects.Json;
using Microsoft.Extensions.Logging;

namespace Causeway.Core.Responses;

/// <summary>
/// Keeps answers as files, one each, for 30 days (as OpenAI does) or until they need too much room. They survive a restart. Only
/// the gateway's own user can read them.
/// </summary>
public sealed class ResponseStore(string folder, TimeProvider time, ILogger<ResponseStore> log)
{
    private const long MaxBytes = 512L << 20;
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private DateTimeOffset _nextSweep;
    private long _written;   // bytes since the last sweep

    /// <summary>The answer of this id; null if there is none, or no longer, or if it is another caller's: an id alone opens nothing.</summary>
    /// <param name="id">The id.</param>
    /// <param name="caller">The client's virtual key; null: it has none.</param>
    public StoredResponse? Find(string id, VirtualKey? caller) => Read(id) is { } kept && kept.Owner == caller?.Id ? kept : null;

    private StoredResponse? Read(string id)
    {
        if (FileOf(id) is not { } file || !file.Exists || IsOld(file)) return null;
        try
        {
            var root = JsonInput.TryParse(File.ReadAllBytes(file.FullName), out _)?.RootElement ?? default;
            RawJson response = RequestReader.Get(root, "response"u8);
            RawJson owner = RequestReader.Get(root, "owner"u8);
            return response.IsObject ? new StoredResponse(id, response, RequestReader.Get(root, "input"u8)) { Owner = owner.AsString() } : null;
        }
        catch (IOException)
        {
            return null;   // deleted meanwhile
        }
    }

    /// <summary>Keeps an answer. What cannot be written is logged: the client has its answer anyway.</summary>
    public void Save(StoredResponse kept)
    {
        if (FileOf(kept.Id) is not { } file) return;
        var buffer = new ArrayBufferWriter<byte>(kept.Response.Utf8.Length + kept.Input.Utf8.Length + 64);
        using (var writer = new Utf8JsonWriter(buffer, JsonOutput.Options))
        {
            writer.WriteStartObject();
            if (kept.Owner is { } owner) writer.WriteString("owner"u8, owner);
            writer.WriteRaw("response"u8, kept.Response);
            writer.WriteRaw("input"u8, kept.Input);
            writer.WriteEndObject();
        }

        try
        {
            Directory.CreateDirectory(folder);
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var stream = new FileStream(file.FullName, options)) stream.Write(buffer.WrittenSpan);
            Sweep(buffer.WrittenCount);
        }
        catch (Exception full) when (full is IOException or UnauthorizedAccessException)
        {
            log.LogError("an answer could not be kept in {Folder}: {Problem}", folder, full.Message);
        }
    }

    /// <summary>Forgets an answer; false if it was not there.</summary>
    public bool Delete(string id)
    {
        if (FileOf(id) is not { Exists: true } file) return false;
        file.Delete();
        return true;
    }

    /// <summary>The file of an id; null for what is no id of the gateway's, and no file's name either.</summary>
    private FileInfo? FileOf(string id) =>
        id.Length is > 5 and < 80 && id.StartsWith("resp_", StringComparison.Ordinal) && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-')
            ? new FileInfo(Path.Combine(folder, id + ".json")) : null;

    private bool IsOld(FileInfo file) => time.GetUtcNow() - file.LastWriteTimeUtc > KeptFor;

    /// <summary>From time to time, and after so many bytes: deletes what is too old, and then the oldest as long as all together are too large.</summary>
    private void Sweep(int written)
    {
        lock (_lock)
        {
            _written += written;
            if (time.GetUtcNow() < _nextSweep && _written < MaxBytes / 8) return;
            _nextSweep = time.GetUtcNow() + SweepEvery;
            _written = 0;
        }

        var total = 0L;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("resp_*.json").OrderByDescending(file => file.LastWriteTimeUtc))
        {
            total += file.Length;
            if (total > MaxBytes || IsOld(file)) file.Delete();
        }
    }
}
