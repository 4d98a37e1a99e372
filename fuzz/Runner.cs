using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Causeway.Fuzz;

/// <summary>Runs targets, keeps what broke them, and counts.</summary>
internal sealed class Runner(Options options)
{
    private const int MaxFailuresPerTarget = 10;

    /// <summary>An input that takes longer is taken for one that never ends.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private int _targets;
    private int _broken;

    /// <summary>How many inputs broke something.</summary>
    public int Failures { get; private set; }

    /// <summary>Runs one target for the time that the options give it.</summary>
    public void Run(Target target)
    {
        var random = new Random(options.Seed);
        var mutator = new Mutator(random);
        var clock = Stopwatch.StartNew();
        var (inputs, failures) = (0L, 0);
        var kinds = new HashSet<string>(StringComparer.Ordinal);
        while (clock.Elapsed < options.Time && failures < MaxFailuresPerTarget)
        {
            var seed = target.Seeds[random.Next(target.Seeds.Count)];
            var input = target.Damage(mutator, seed, target.Seeds[random.Next(target.Seeds.Count)]);
            inputs++;
            if (Try(target, input) is not { } broken || !kinds.Add(KindOf(broken))) continue;
            failures++;
            Keep(target, input, broken);
        }

        _targets++;
        _broken += failures > 0 ? 1 : 0;
        Failures += failures;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(failures == 0 ? "ok  " : "FAIL")} {target.Name}: {inputs} inputs in {clock.Elapsed.TotalSeconds:0} s, {failures} kinds of failure"));
    }

    /// <summary>Runs one kept input again.</summary>
    public static int Replay(IReadOnlyList<Target> targets, string file)
    {
        var broken = targets.Count == 1 ? Try(targets[0], File.ReadAllBytes(file)) : throw new ArgumentException("the file's name must begin with a target's");
        Console.WriteLine(broken?.ToString() ?? "nothing broke");
        return broken is null ? 0 : 1;
    }

    /// <summary>Writes how many targets passed, in the form of the test reports.</summary>
    public async Task WriteResultsAsync()
    {
        if (options.Results is not { } file) return;
        var summary = new JsonObject { ["tests"] = _targets, ["passed"] = _targets - _broken, ["failed"] = _broken, ["other"] = 0 };
        await File.WriteAllTextAsync(file, new JsonObject { ["results"] = new JsonObject { ["summary"] = summary } }.ToJsonString());
    }

    private static Exception? Try(Target target, byte[] input)
    {
        var began = Environment.CpuUsage.TotalTime;   // not the clock's: others may use the machine
        try
        {
            target.Check(input);
        }
#pragma warning disable CA1031 // any exception is what is looked for
        catch (Exception broken)
#pragma warning restore CA1031
        {
            return broken;
        }

        var taken = Environment.CpuUsage.TotalTime - began;
        return taken > Patience ? new TimeoutException($"took {taken}") : null;
    }

    /// <summary>Failures with the same end of the stack, or of the same rule, count once.</summary>
    private static string KindOf(Exception broken) =>
        broken is BrokenRuleException ? new string([.. broken.Message.Take(60)]) : broken.GetType().Name + broken.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("Causeway", StringComparison.Ordinal));

    private void Keep(Target target, byte[] input, Exception broken)
    {
        Directory.CreateDirectory(options.Out);
        var file = Path.Combine(options.Out, $"{target.Name}--{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(input))[..12]}");
        File.WriteAllBytes(file, input);
        var story = broken.ToString();
        Console.WriteLine($"{target.Name}: {(story.Length > 1500 ? story[..1500] + "..." : story)}\n  again with: --replay {file}");
    }
}
