using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Causeway.Core.Authentication;
using Causeway.Core.Governance;
using Causeway.Core.Recording.Capture;

namespace Causeway.Core.Configuration;

/// <summary>Reads <c>governance.virtual_keys</c>.</summary>
/// <param name="targets">Reads where requests go.</param>
/// <param name="limits">Reads what they may spend.</param>
/// <param name="teams">The teams that they may belong to.</param>
/// <param name="strictLists">An empty list allows nothing.</param>
/// <param name="env">The environment.</param>
internal sealed class VirtualKeyReader(TargetReader targets, LimitReader limits, TeamList teams, bool strictLists, Func<string, string?> env)
{
    internal static readonly string[] KeyNames =
    [
        "id", "name", "description", "value", "value_sha256", "former_values", "hint", "is_active", "expires_at", "team_id", "team", "customer_id", "user_id", "tags", "providers", "provider_configs",
        "allow_all_providers", "fallbacks", "balance", "content", "disable_content_logging", .. LimitReader.OwnerNames,
    ];

    /// <summary>The members of a value that was replaced and works for some time yet.</summary>
    internal static readonly string[] FormerNames = ["value_sha256", "until"];

    internal static readonly string[] LaterKeyNames = ["mcp_configs"];
    internal static readonly string[] ToolNames = ["id", "mcp_client_name", "tools_to_execute"];

    private static readonly byte[] OfNothing = SHA256.HashData([]);   // keys whose variable is not set

    private readonly KeyProviderReader _entries = new(targets, limits, strictLists);

    /// <summary>The virtual keys.</summary>
    /// <param name="list">The list.</param>
    /// <param name="customers">The ids of the customers that are listed.</param>
    /// <param name="users">The ids of the users that are.</param>
    public List<VirtualKey> Read(ConfigNode list, string[] customers, string[] users)
    {
        var keys = new List<VirtualKey>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in list.Items())
        {
            if (Key(item) is not { } key) continue;
            if (!seen.Add("name " + key.Name)) item["name"].Error("is the name of another virtual key, too: what they spend could not be told apart");
            if (!seen.Add("id " + key.Id)) item["id"].Error("is the id of another virtual key, too: what they spend could not be told apart");
            if (!key.Hash.Span.SequenceEqual(OfNothing) && !seen.Add(Convert.ToBase64String(key.Hash.Span))) item["value"].Error("is the value of another virtual key, too", secret: true);
            CheckOwner(item, customers, users);
            keys.Add(key);
        }

        return keys;
    }

    private VirtualKey? Key(ConfigNode node)
    {
        node.CheckNames([.. KeyNames, .. LaterKeyNames]);
        if ((node["name"].Text() ?? node["id"].Text()) is not { Length: > 0 } name)
        {
            node.Error("must have a name", secret: true);
            return null;
        }

        var isUsable = true;
        var id = node["id"].Id() ?? name;
        var hash = Sha256(node["value_sha256"]);
        if (hash is not null && !node["value"].IsMissing) node["value_sha256"].Error("stands beside `value`: give one of the two", secret: true);
        var secret = hash is not null ? "" : node["value"].IsMissing ? name : ProviderReader.Secret(node["value"], env, out isUsable);
        if (node["value"].IsMissing && hash is null) node["name"].Warn($"has no value: whoever sends '{name}' as a key is taken for it. Give it a value such as env.{Variable(name)} to keep it secret");
        limits.Add(node, new Scope { VirtualKey = id }, "virtual_key", id, name);
        var list = node["providers"].IsMissing ? node["provider_configs"] : node["providers"];
        var (entries, shares) = _entries.Read(list, id);
        var allowsAll = node["allow_all_providers"].Flag() == true;
        var team = node["team_id"].Id() ?? node["team"].Text();
        var teamId = teams.Find(team) ?? team;
        return new VirtualKey
        {
            Name = name,
            Id = id,
            Hash = hash ?? SHA256.HashData(Encoding.UTF8.GetBytes(secret)),
            Former = [.. node["former_values"].Items().Select(Former).OfType<FormerValue>()],
            Team = node["team"].Text() ?? teams.NameOf(teamId) ?? teamId,
            TeamId = teamId,
            CustomerId = node["customer_id"].Id() ?? teams.CustomerOf(teamId),
            UserId = node["user_id"].Id(),
            Tags = node["tags"].Texts(),
            Content = LogReader.Policy(node["content"]) ?? (node["disable_content_logging"].Flag() == true ? ContentPolicy.Drop : null),
            IsActive = isUsable && (node["is_active"].Flag() ?? true),
            Expires = Time(node["expires_at"]),
            Providers = allowsAll ? [] : entries,
            AllowsNone = !allowsAll && strictLists && !list.IsMissing && entries.Count == 0,
            Targets = shares,
            Tools = Tools(node["mcp_configs"]),
            Fallbacks = targets.Read(node["fallbacks"]),
            Balance = TargetReader.Balance(node["balance"]),
        };
    }

    /// <summary>A value that works until a time.</summary>
    private static FormerValue? Former(ConfigNode node)
    {
        node.CheckNames(FormerNames);
        if (node["value_sha256"].IsMissing) node["value_sha256"].Error("is required");
        if (node["until"].IsMissing) node["until"].Error("is required: a time such as 2027-01-31T00:00:00Z");
        return Sha256(node["value_sha256"]) is { } hash && Time(node["until"]) is { } until ? new FormerValue(hash, until) : null;
    }

    /// <summary>A hash in hexadecimal, as <c>sha256sum</c> prints it, or in base64url.</summary>
    private static byte[]? Sha256(ConfigNode node)
    {
        if (node.Text() is not { } text) return null;
        if (text.Length == 64 && text.All(char.IsAsciiHexDigit)) return Convert.FromHexString(text);
        if (Base64Url.IsValid(text, out var length) && length == SHA256.HashSizeInBytes) return Base64Url.DecodeFromChars(text);
        node.Error("must be the SHA-256 of the key in hexadecimal: `printf %s KEY | sha256sum`", secret: true);
        return null;
    }

    private static List<ToolAllowance>? Tools(ConfigNode list)
    {
        if (list.IsMissing) return null;
        list.Warn("is taken, but this version does not act on it yet");
        var allowances = new List<ToolAllowance>();
        foreach (var node in list.Items())
        {
            node.CheckNames(ToolNames);
            if (node["mcp_client_name"].Text() is { Length: > 0 } client) allowances.Add(new ToolAllowance(client, node["tools_to_execute"].Texts()));
            else node["mcp_client_name"].Error("is required: the name of a tool server");
        }

        return allowances;
    }

    /// <summary>A slip of the pen in an id would take the key out of a budget in silence.</summary>
    private void CheckOwner(ConfigNode node, string[] customers, string[] users)
    {
        var (team, customer, user) = (node["team_id"].Id(), node["customer_id"].Id(), node["user_id"].Id());
        if (team is not null && teams.Find(team) is null) node["team_id"].Unknown("team", teams.Ids, mayBeMissing: true);
        if (customer is not null && !customers.Contains(customer)) node["customer_id"].Unknown("customer", customers, mayBeMissing: true);
        if (user is not null && users.Length > 0 && !users.Contains(user)) node["user_id"].Unknown("user", users, mayBeMissing: true);
        if (customer is not null && teams.CustomerOf(teams.Find(team)) is { } other && other != customer) node["customer_id"].Error($"is not the customer of its team, which is '{other}'");
    }

    private static DateTimeOffset? Time(ConfigNode node)
    {
        if (node.Text() is not { Length: > 0 } text) return null;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return time;
        node.Error("must be a time such as 2027-01-31T00:00:00Z");
        return null;
    }

    private static string Variable(string name) => string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? char.ToUpperInvariant(letter) : '_'));
}
