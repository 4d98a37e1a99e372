using System.Diagnostics;
using System.Text.Json.Nodes;
using Causeway.Core.Governance.Ledger;
using Causeway.EndToEnd.Harness;
using Causeway.EndToEnd.Harness.Load;

namespace Causeway.EndToEnd;

/// <summary>On a full disk no answer goes out that is not in the ledger: clients get an error in their own dialect, in a stream in the place of its end.</summary>
[Collection(nameof(LoadTests))]
public sealed class LedgerFullTests
{
    private static readonly string Model = new('€', 512);   // rows of three kilobytes

    private static JsonObject Config(SlowUpstream slow, FlakyUpstream quick)
    {
        static JsonObject Provider(string address, string speaks) => new()
        {
            ["custom_provider_config"] = new JsonObject { ["base_provider_type"] = speaks, ["is_key_less"] = true },
            ["network_config"] = new JsonObject { ["base_url"] = address },
        };
        return new JsonObject
        {
            ["config_store"] = new JsonObject { ["enabled"] = true, ["type"] = "sqlite" },
            ["providers"] = new JsonObject
            {
                ["quick"] = Provider(quick.AddressOfSteady("quick"), "openai"), ["quick-claude"] = Provider(quick.AddressOfSteady("quick-claude"), "anthropic"),
                ["slow"] = Provider(slow.AddressFor("slow"), "openai"), ["slow-claude"] = Provider(slow.AddressFor("slow-claude"), "anthropic"),
            },
        };
    }

    [Fact]
    public async Task No_answer_goes_out_without_its_row()
    {
        await using var slow = new SlowUpstream();
        await using var quick = new FlakyUpstream();
        var isSmall = false;
        var journal = "";
        await using var gateway = await GatewayProcess.StartAsync(Config(slow, quick), prepare: folder =>
        {
            journal = Directory.CreateDirectory(Path.Combine(folder, "journal")).FullName;
            isSmall = Environment.UserName == "root" && Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", journal);
        });
        Assert.SkipUnless(isSmall, "only root can mount a small disk");
        try
        {
            await CheckAsync(gateway, quick, journal);
        }
        finally
        {
            Run("umount", "-l", journal);
        }
    }

    private static async Task CheckAsync(GatewayProcess gateway, FlakyUpstream quick, string journal)
    {
        var (whole, id) = (0, 0);
        var filler = Path.Combine(journal, "filler");
        foreach (var ask in AllKinds(gateway))
        {
            await FillAsync(filler);
            string? refusal = null;
            for (var i = 0; i < 5 && (refusal = await ask(id++)) is null; i++) whole++;   // until the journal's last block is full
            Assert.Contains("cannot write its ledger", refusal ?? "an answer", StringComparison.Ordinal);
            Assert.Contains("cannot write its ledger", await ask(id) ?? "an answer", StringComparison.Ordinal);
            Assert.Equal(0, quick.CountOf(id++));   // no provider works for nothing
            Assert.Equal(whole, Rows(journal));
            File.Delete(filler);
            Assert.Null(await ask(id++));
            Assert.Equal(++whole, Rows(journal));
        }

        Assert.Contains("journal cannot be written", gateway.Log, StringComparison.Ordinal);
        Assert.Contains("can be written again", gateway.Log, StringComparison.Ordinal);
    }

    private static int Rows(string journal)
    {
        var rows = Journal.ReadAll(journal).ToList();
        Assert.Equal(rows.Count, rows.Select(row => row.Id).Distinct().Count());
        return rows.Count(row => row.Status == 200);
    }

    /// <summary>Each dialect of clients and of providers, whole, streamed at once and streamed slowly. Null, or what came in place of a whole answer.</summary>
    private static List<Func<int, Task<string?>>> AllKinds(GatewayProcess gateway) =>
    [
        .. from voice in ClientVoice.All
           from kind in (string[])["quick whole", "quick-claude whole", "quick stream", "quick-claude stream", "slow stream", "slow-claude stream"]
           select (Func<int, Task<string?>>)(id => AskAsync(gateway, voice, kind.Split(' ')[0], kind.EndsWith("stream", StringComparison.Ordinal), id)),
    ];

    private static async Task<string?> AskAsync(GatewayProcess gateway, ClientVoice voice, string provider, bool stream, int id)
    {
        var isSlow = provider.StartsWith("slow", StringComparison.Ordinal);
        if (isSlow) id += SlowUpstream.Patient;
        using var wire = await Wire.ConnectAsync(gateway.Port);
        await wire.PostAsync(voice.Path($"{provider}/{Uri.EscapeDataString(Model)}", stream), voice.Body($"{provider}/{Model}", RawUpstream.Prompt(id), stream));
        var head = await wire.ReadHeadAsync() ?? throw new IOException("closed before the head");
        var body = await wire.ReadBodyAsync(head);
        var text = voice.Understand(body, stream);
        if (Wire.Status(head) == 200 && text == string.Concat(isSlow ? SlowUpstream.Whole : FlakyUpstream.Tokens(id))) return null;
        if (stream && Wire.Status(head) == 200) Assert.True(ClientVoice.TellsOfFailure(body), body);
        else Assert.Equal(503, Wire.Status(head));   // nothing of it was sent
        return body;
    }

    private static async Task FillAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true) file.Write(new byte[512]);
        }
        catch (IOException)
        {
            // that is what it is for
        }
    }

    private static bool Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
