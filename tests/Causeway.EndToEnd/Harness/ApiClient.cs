using System.Text.Json.Nodes;

namespace Causeway.EndToEnd.Harness;

/// <summary>Somebody who uses a gateway's management API: with a session's cookie, a token, or nothing.</summary>
internal sealed class ApiClient(GatewayProcess gateway, params (string Name, string Value)[] credentials)
{
    /// <summary>A password that no test minds to show.</summary>
    public const string Password = "correct horse battery";

    /// <summary>The cookie of the session; null: there is none.</summary>
    public string? Cookie { get; private init; }

    /// <summary>Who sends this token.</summary>
    public static ApiClient WithToken(GatewayProcess gateway, string token) => new(gateway, ("authorization", $"Bearer {token}"));

    /// <summary>Who sends this cookie.</summary>
    public static ApiClient WithCookie(GatewayProcess gateway, string secret) => new(gateway, ("cookie", $"causeway_session={secret}")) { Cookie = secret };

    /// <summary>Logs in.</summary>
    public static async Task<ApiClient> LogInAsync(GatewayProcess gateway, string name, string password = Password)
    {
        var reply = await gateway.PostAsync("/api/session", Credentials(name, password));
        Assert.True(reply.Status == 200, reply.Text);
        return WithCookie(gateway, CookieOf(reply));
    }

    /// <summary>Makes an account of a role and logs in as it.</summary>
    public async Task<ApiClient> AddAccountAsync(string name, string role)
    {
        await CreateAsync("/api/accounts", $$"""{"name":"{{name}}","role":"{{role}}","password":"{{Password}}"}""");
        return await LogInAsync(gateway, name);
    }

    /// <summary>Makes a token; its value.</summary>
    public async Task<string> AddTokenAsync(string id, string role, string more = "") =>
        (string)(await CreateAsync("/api/tokens", $$"""{"id":"{{id}}","role":"{{role}}"{{more}}}""")).Json["value"]!;

    public static JsonObject Credentials(string name, string password) => new() { ["username"] = name, ["password"] = password };

    /// <summary>The secret in the cookie that an answer sets.</summary>
    public static string CookieOf(Reply reply) => reply.Headers["Set-Cookie"].Split(';')[0]["causeway_session=".Length..];

    public Task<Reply> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>POST that must make something.</summary>
    public async Task<Reply> CreateAsync(string path, string body)
    {
        var reply = await PostAsync(path, body);
        Assert.True(reply.Status == 201, $"POST {path}: {reply.Status} {reply.Text}");
        return reply;
    }

    public Task<Reply> PostAsync(string path, string? body) => SendAsync(HttpMethod.Post, path, body);

    public Task<Reply> PutAsync(string path, string body, string version = "*") => SendAsync(HttpMethod.Put, path, body, ("if-match", version));

    public Task<Reply> PatchAsync(string path, string body, string version = "*") => SendAsync(HttpMethod.Patch, path, body, ("if-match", version));

    public Task<Reply> DeleteAsync(string path, string version = "*") => SendAsync(HttpMethod.Delete, path, null, ("if-match", version));

    public Task<Reply> SendAsync(HttpMethod method, string path, string? body = null, params (string Name, string Value)[] headers) =>
        gateway.SendAsync(method, path, body, [.. credentials, .. headers]);
}
