using System.Diagnostics;
using System.IO.MemoryMappedFiles;

namespace Causeway.EndToEnd.Harness.Faults;

/// <summary>
/// A disk whose n-th write fails, for a program that knows nothing of it: what is between the program and the C library
/// (<c>failing_disk.c</c>) counts the calls that change certain files and lets some of them fail.
/// </summary>
internal sealed class FailingDisk : IDisposable
{
    /// <summary>Error numbers: an input/output error.</summary>
    public const int BrokenDisk = 5;

    /// <summary>Error numbers: no space is left.</summary>
    public const int FullDisk = 28;

    private static readonly Lazy<Task<string>> Library = new(CompileAsync);

    private readonly string _file;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _control;

    private FailingDisk(string library, string files)
    {
        _file = Path.GetTempFileName();
        _map = MemoryMappedFile.CreateFromFile(_file, FileMode.Open, mapName: null, Number.All * sizeof(long));
        _control = _map.CreateViewAccessor();
        Environment = new Dictionary<string, string> { ["LD_PRELOAD"] = library, ["FAILING_DISK"] = _file, ["FAILING_PATH"] = files };
    }

    /// <summary>What the program must be started with.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>How many calls have changed its files, those that failed included.</summary>
    public long Writes => _control.ReadInt64(Number.Writes * sizeof(long));

    /// <summary>How many of them failed.</summary>
    public long Failed => _control.ReadInt64(Number.Failed * sizeof(long));

    /// <summary>A disk that does not fail yet.</summary>
    /// <param name="files">What the paths of its files contain.</param>
    public static async Task<FailingDisk> MakeAsync(string files) => new(await Library.Value, files);

    /// <summary>From the <paramref name="first"/> write on, so many fail.</summary>
    public void Fail(long first, long count, int error)
    {
        _control.Write(Number.Error * sizeof(long), (long)error);
        _control.Write(Number.Last * sizeof(long), count > long.MaxValue - first ? long.MaxValue : first + count - 1);
        _control.Write(Number.First * sizeof(long), first);
    }

    /// <summary>No more writes fail.</summary>
    public void Mend() => _control.Write(Number.First * sizeof(long), 0L);

    public void Dispose()
    {
        _control.Dispose();
        _map.Dispose();
        File.Delete(_file);
    }

    /// <summary>The linker of the release binary needs clang, so it is there.</summary>
    private static async Task<string> CompileAsync()
    {
        var library = Path.Combine(Path.GetTempPath(), $"failing-disk-{System.Environment.ProcessId}.so");
        var source = Path.Combine(Paths.Root, "tests", "Causeway.EndToEnd", "Harness", "Faults", "failing_disk.c");
        using var compiler = Process.Start(new ProcessStartInfo("clang", ["-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"]) { RedirectStandardError = true })!;
        var said = await compiler.StandardError.ReadToEndAsync();
        await compiler.WaitForExitAsync();
        if (compiler.ExitCode != 0) throw new InvalidOperationException($"clang: {said}");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(library);
        return library;
    }

    /// <summary>The places of the numbers that are shared with the program.</summary>
    private static class Number
    {
        public const int Writes = 0;
        public const int First = 1;
        public const int Last = 2;
        public const int Error = 3;
        public const int Failed = 4;
        public const int All = 5;
    }
}
