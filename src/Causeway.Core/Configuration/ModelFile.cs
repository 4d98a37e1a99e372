using System.Text.Json;
using Causeway.Core.Catalog;

namespace Causeway.Core.Configuration;

/// <summary>
/// Reads <c>models.json</c> of the app directory: facts and prices of models that go before those of the built-in catalogue, in the same
/// form.
/// </summary>
internal static class ModelFile
{
    /// <summary>The file's name in the app directory.</summary>
    public const string FileName = "models.json";

    internal static readonly string[] RowNames =
        ["displayName", "contextWindow", "maxOutputTokens", "input", "reasons", "adaptiveThinking", "efforts", "sampling", "prefill", "replaysReasoning", "schemas", "price"];

    /// <summary>What rows of the built-in catalogue have as well, and nothing reads.</summary>
    private static readonly string[] OtherRowNames = ["midConversationSystem", "sources", "date", "disputed"];
    private static readonly string[] InputWords = ["text", "image", "audio", "video", "pdf", "document"];

    /// <summary>The configuration with the models of the file in <paramref name="appDir"/>; as it is if there is none.</summary>
    public static ConfigLoad AddTo(ConfigLoad load, string appDir)
    {
        var path = Path.Combine(appDir, FileName);
        try
        {
            return File.Exists(path) ? AddTo(load, File.ReadAllBytes(path)) : load;
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
        {
            return load with { Config = null, Errors = [.. load.Errors, new ConfigProblem(path, "", $"cannot be read: {broken.Message}")] };
        }
    }

    /// <summary>The configuration with the models of a file; problems name it.</summary>
    public static ConfigLoad AddTo(ConfigLoad load, ReadOnlyMemory<byte> json)
    {
        var problems = new ConfigProblems();
        var models = ConfigJson.Parse(json, "", problems) is { } file ? Check(file, load.Config?.Providers.Keys) : default;
        static ConfigProblem Named(ConfigProblem problem) => problem with { Path = problem.Path.Length == 0 ? FileName : $"{FileName}, {problem.Path}" };
        var isFine = problems.Errors.Count == 0 && load.Config is not null;
        return load with
        {
            Config = !isFine ? null : models.IsMissing ? load.Config : load.Config! with { Catalog = ModelCatalog.Default.With(models.Value) },
            Errors = [.. load.Errors, .. problems.Errors.Select(Named)],
            Warnings = [.. load.Warnings, .. problems.Warnings.Select(Named)],
        };
    }

    /// <summary>The rows, once all of them are looked at: the catalogue reads a row only when it is asked for.</summary>
    private static ConfigNode Check(ConfigNode file, IEnumerable<string>? configured)
    {
        file.CheckNames(["models"]);
        foreach (var (provider, rows) in file["models"].Members())
        {
            if (configured is not null) CheckProvider(provider, rows, configured);
            foreach (var (_, row) in rows.Members()) CheckRow(row);
        }

        return file["models"];
    }

    private static void CheckProvider(string name, ConfigNode node, IEnumerable<string> configured)
    {
        string[] known = [.. configured, .. ProviderCatalog.Default.All.Select(vendor => vendor.Name)];
        if (known.Contains(name, StringComparer.OrdinalIgnoreCase)) return;
        if (NearMiss.Find(name, known) is { } meant) node.Error($"is no known provider: did you mean `{meant}`?", secret: true);
        else node.Warn("no provider of this name is configured: its models are not used");
    }

    private static void CheckRow(ConfigNode row)
    {
        if (row.Value.ValueKind != JsonValueKind.Object)
        {
            row.Error("must be an object such as {\"price\": {\"input\": 1, \"output\": 2}}");
            return;
        }

        row.CheckNames([.. RowNames, .. OtherRowNames]);
        row["displayName"].Text();
        row["contextWindow"].Integer(1);
        row["maxOutputTokens"].Integer(1);
        foreach (var name in (ReadOnlySpan<string>)["reasons", "adaptiveThinking", "sampling", "prefill", "replaysReasoning"]) row[name].Flag();
        row["efforts"].Texts();
        foreach (var word in row["input"].Items())
        {
            if (word.Text() is { } input && !InputWords.Contains(input)) word.Error($"must be one of {string.Join(", ", InputWords)}");
        }

        SchemaSubsets.Read(row.Value, out var problem);
        if (problem.Length > 0) row["schemas"].Error(problem);
        var price = row["price"];
        if (!price.IsMissing && PriceReader.Read(price) is { } patch && patch.Over(null) is null) price.Error("needs both input and output, in US dollars a million tokens; 0 is free");
    }
}
