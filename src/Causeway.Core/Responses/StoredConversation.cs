using System.Text.Json;
using Causeway.Core.Pipeline;
using Causeway.Core.Upstream;
using Causeway.Dialects.Json;

namespace Causeway.Core.Responses;

/// <summary>
/// Fetches a conversation that a provider has stored, so that it can go on at another: the answer, what was asked, and the answers before.
/// </summary>
public sealed class StoredConversation(ResponsePlace place)
{
    private const int MaxBody = 32 << 20;   // bytes of one reply
    private const int MostTurns = 200;
    private const int MostPages = 100;

    /// <summary>The answer <paramref name="id"/> with the whole conversation before it; null if the provider does not give it.</summary>
    public async Task<StoredResponse?> FetchAsync(string id, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(place.Limit);
        try
        {
            return await WalkAsync(id, limit.Token);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or InvalidDataException or OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            return null;
        }
    }

    private async Task<StoredResponse?> WalkAsync(string id, CancellationToken cancel)
    {
        if (await GetAsync($"/{Uri.EscapeDataString(id)}", cancel) is not { } response || await ItemsAsync(id, cancel) is not { } items) return null;
        var earlier = response;
        for (var turn = 0; Text(earlier, "previous_response_id"u8) is { } before; turn++)
        {
            if (turn == MostTurns || await GetAsync($"/{Uri.EscapeDataString(before)}", cancel) is not { } previous) return null;
            var output = Items(previous, "output"u8);

            // The items asked are those of the one request or of the whole conversation; ids tell which.
            if (output.Exists(said => Text(said, "id"u8) is { } known && items.Exists(item => Text(item, "id"u8) == known))) break;
            if (await ItemsAsync(before, cancel) is not { } asked) return null;
            items.InsertRange(0, [.. asked, .. output]);
            earlier = previous;
        }

        return new StoredResponse(id, response, JsonRewrite.List(items));
    }

    private async Task<List<RawJson>?> ItemsAsync(string id, CancellationToken cancel)
    {
        var items = new List<RawJson>();
        string? after = null;
        for (var page = 0; page < MostPages; page++)
        {
            var rest = $"/{Uri.EscapeDataString(id)}/input_items?order=asc&limit=100{(after is null ? "" : "&after=" + Uri.EscapeDataString(after))}";
            if (await GetAsync(rest, cancel) is not { } list) return null;
            items.AddRange(Items(list, "data"u8));
            var hasMore = ((RawJson)RequestReader.Get(list.AsElement(), "has_more"u8)).Utf8.SequenceEqual("true"u8);
            if (!hasMore || Text(list, "last_id"u8) is not { } last || last == after) return items;
            after = last;
        }

        return null;
    }

    private async Task<RawJson?> GetAsync(string rest, CancellationToken cancel)
    {
        using var reply = await place.SendAsync(HttpMethod.Get, rest, cancel);
        if (!reply.IsSuccessStatusCode) return null;
        await using var stream = UpstreamBody.Open(reply);
        using var body = new PooledBuffer();
        while (await stream.ReadAsync(body.GetMemory(4096), cancel) is > 0 and var count)
        {
            body.Advance(count);
            if (body.Length > MaxBody) return null;
        }

        return JsonInput.TryParse(body.Memory.ToArray(), out _) is { RootElement: { ValueKind: JsonValueKind.Object } root } ? (RawJson)root : null;
    }

    private static List<RawJson> Items(RawJson owner, ReadOnlySpan<byte> name)
    {
        var items = new List<RawJson>();
        var list = RequestReader.Get(owner.AsElement(), name);
        if (list.ValueKind == JsonValueKind.Array) StoredResponse.AddItems(list, items);
        return items;
    }

    private static string? Text(RawJson owner, ReadOnlySpan<byte> name) =>
        owner.IsObject && ((RawJson)RequestReader.Get(owner.AsElement(), name)).AsString() is { Length: > 0 } text ? text : null;
}
