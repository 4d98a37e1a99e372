using Causeway.Core.Recording.Log;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Recording.Capture;

/// <summary>Makes hashes of what was said.</summary>
internal static class DigestBuilder
{
    /// <summary>The hashes of an exchange; null if its request is not known.</summary>
    public static ExchangeDigest? Of(Said? said)
    {
        if (said?.Request is not { } request) return null;
        var calls = said.Answers.SelectMany(answer => answer.Parts).OfType<ToolCallPart>();
        return new ExchangeDigest
        {
            System = Fingerprint.Of(request.Turns.Where(IsInstruction).SelectMany(turn => turn.Parts).Where(part => !IsBillingHeader(part))),
            Tools = [.. request.Tools.Select(tool => new KeyValuePair<string, ulong>(NameOf(tool), Fingerprint.Of(tool)))],
            Turns = [.. request.Turns.Where(turn => !IsInstruction(turn)).Select(turn => Fingerprint.Of(turn.Parts))],
            Calls = [.. calls.Select(call => new KeyValuePair<string, ulong>(call.Name, Fingerprint.Of(call.Arguments)))],
            Results = request.Turns is [.., { Role: Role.User } last] ? Fingerprint.Of(last.Parts.OfType<ToolResultPart>()) : 0,
            AnswerText = Fingerprint.Of(said.Answers.SelectMany(answer => answer.Parts).OfType<TextPart>()),
        };
    }

    private static bool IsInstruction(Turn turn) => turn.Role is Role.System or Role.Developer;

    /// <summary>Claude Code's first line changes with each request, and is no part of the prompt.</summary>
    private static bool IsBillingHeader(Part part) => part is TextPart text && text.Text.Utf8.StartsWith("\"x-anthropic-billing-header"u8);

    private static string NameOf(Tool tool) => tool switch
    {
        FunctionTool function => function.Name,
        OpaqueTool opaque => opaque.Kind,
        _ => "",
    };
}
