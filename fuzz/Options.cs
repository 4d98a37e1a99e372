using System.Globalization;

namespace Causeway.Fuzz;

/// <summary>The command line.</summary>
internal sealed record Options
{
    /// <summary>How long each target runs.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The one target to run; null: all.</summary>
    public string? Target { get; init; }

    /// <summary>Where the random numbers begin: the same seed makes the same inputs in the same order.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Where inputs that broke something are put.</summary>
    public string Out { get; init; } = "artifacts/fuzz";

    /// <summary>Where the counts go, in the form of the test reports; null: nowhere.</summary>
    public string? Results { get; init; }

    /// <summary>An input to run once more.</summary>
    public string? Replay { get; init; }

    /// <summary>The golden tests' inputs, which serve as seeds.</summary>
    public string Goldens { get; init; } = "tests/Causeway.Dialects.Tests/Goldens";

    /// <summary>Reads the command line; false if it makes no sense.</summary>
    public static bool TryParse(string[] args, out Options options)
    {
        options = new Options();
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            var value = args[i + 1];
            switch (args[i])
            {
                case "--seconds" when double.TryParse(value, CultureInfo.InvariantCulture, out var seconds): options = options with { Time = TimeSpan.FromSeconds(seconds) }; break;
                case "--seed" when int.TryParse(value, CultureInfo.InvariantCulture, out var seed): options = options with { Seed = seed }; break;
                case "--target": options = options with { Target = value }; break;
                case "--out": options = options with { Out = value }; break;
                case "--results": options = options with { Results = value }; break;
                case "--goldens": options = options with { Goldens = value }; break;
                case "--replay": options = options with { Replay = value, Target = Path.GetFileName(value).Split("--")[0] }; break;
                default: return false;
            }
        }

        return args.Length % 2 == 0;
    }
}
