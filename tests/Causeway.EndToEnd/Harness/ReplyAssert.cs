namespace Causeway.EndToEnd.Harness;

/// <summary>What an answer of the management API must be.</summary>
internal static class ReplyAssert
{
    /// <summary>It must have this status; the answer, for more.</summary>
    public static async Task<Reply> IsAsync(this Task<Reply> answer, int status)
    {
        var reply = await answer;
        Assert.True(reply.Status == status, $"{reply.Status} and not {status}: {reply.Text}");
        return reply;
    }

    /// <summary>It must be an error of this status and type; its message.</summary>
    public static async Task<string> IsAsync(this Task<Reply> answer, int status, string type)
    {
        var reply = await answer.IsAsync(status);
        Assert.Equal(type, (string?)reply.Json["error"]!["type"]);
        return (string)reply.Json["error"]!["message"]!;
    }
}
