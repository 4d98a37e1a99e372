using Causeway.Fuzz;

// Throws damaged input at every decoder and encoder; see README.md beside this file.
if (!Options.TryParse(args, out var options))
{
    await Console.Error.WriteLineAsync("usage: --seconds N (for each target) [--target NAME] [--seed N] [--out FOLDER] [--results FILE] | --replay FILE");
    return 2;
}

var seeds = new Seeds(options.Goldens);
var targets = Targets.All(seeds).Where(target => options.Target is null || target.Name == options.Target).ToList();
if (options.Replay is { } file) return Runner.Replay(targets, file);
var runner = new Runner(options);
foreach (var target in targets) runner.Run(target);
await runner.WriteResultsAsync();
return runner.Failures == 0 && targets.Count > 0 ? 0 : 1;
