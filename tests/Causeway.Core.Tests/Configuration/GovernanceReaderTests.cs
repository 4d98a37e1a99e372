using System.Text;
using Causeway.Core.Configuration;
using Causeway.Core.Governance;
using Causeway.Core.Tests.Routing;

namespace Causeway.Core.Tests.Configuration;

public sealed class GovernanceReaderTests
{
    private static ConfigLoad Load(string governance) => ConfigLoader.Parse(Encoding.UTF8.GetBytes(Routed.Config($$"""
        "governance":{{{governance}}}
        """)), "test", _ => null);

    private static GatewayConfig Good(string governance)
    {
        var load = Load(governance);
        Assert.Empty(load.Errors);
        return load.Config!;
    }

    private static string Shown(Budget budget) => $"{budget.Id}: {budget.Scope} {budget.Dollars} {budget.Tokens} {budget.Window}{(budget.IsHard ? "" : " soft")} {string.Join('/', budget.Thresholds)}".TrimEnd();

    [Fact]
    public void Budgets_stand_at_their_owners()
    {
        var config = Good("""
            "budget":{"max_budget":1000},
            "customers":[{"id":"acme","name":"Acme","budget":[{"max_budget":500.25,"budget_duration":"quarterly","alerts":[0.8,0.5]},{"max_tokens":1000000,"budget_duration":"1d","hard":false}]}],
            "teams":[{"id":"t1","name":"Web","customer_id":"acme","calendar_aligned":true,"budgets":[{"id":"team-cap","max_limit":100,"reset_duration":"1M"}]}],
            "users":[{"id":"u1","budget":{"max_budget":5,"budget_duration":"weekly"}}],
            "providers":[{"name":"openai","budget":{"max_budget":50,"budget_duration":"24h"}}],
            "model_configs":[{"id":"m","model_name":"gpt-4*","provider":"openai","budgets":[{"max_budget":7}]},{"model_name":"o1","scope":"team","scope_id":"t1","budget":{"max_budget":8}}],
            "virtual_keys":[{"id":"k1","name":"ada","value":"sk-1","team":"Web","user_id":"u1","budget":{"max_budget":3,"budget_duration":"daily"},
              "provider_configs":[{"provider":"openai","budgets":[{"max_limit":1,"reset_duration":"5m"}]},{"provider":"groq","model":"llama","weight":1,"budget":{"max_budget":2}}]}]
            """);
        Assert.Equal(
            [
                "all:monthly: all requests 1000  calendar month",
                "customer:acme:quarterly: customer 'acme' 500.25  calendar quarter 0.5/0.8",
                "customer:acme:1d: customer 'acme'  1000000 last day soft",
                "team-cap: team 't1' 100  calendar month",
                "user:u1:weekly: user 'u1' 5  calendar week",
                "virtual_key:k1:daily: virtual key 'k1' 3  calendar day",
                "provider_config:k1:openai:5m: virtual key 'k1', provider 'openai' 1  last 5 minutes",
                "provider_config:k1:groq/llama:monthly: virtual key 'k1', model 'groq/llama' 2  calendar month",
                "provider:openai:24h: all requests, provider 'openai' 50  last 24 hours",
                "model_config:m:monthly: all requests, model 'openai/gpt-4*' 7  calendar month",
                "model_config:team 't1', model 'o1':monthly: team 't1', model 'o1' 8  calendar month",
            ], config.Budgets.Select(Shown));
        var key = Assert.Single(config.VirtualKeys);
        Assert.Equal(("t1", "Web", "acme", "u1"), (key.TeamId, key.Team, key.CustomerId, key.UserId));
    }

    [Theory]
    [InlineData("", "a b", "a b")]
    [InlineData(""","key_ids":["*"]""", "a b", "a b")]
    [InlineData(""","key_ids":[]""", "a b", "")]
    [InlineData(""","key_ids":["b"]""", "b", "b")]
    [InlineData(""","key_ids":["17","b"]""", "a b", "a b")]
    [InlineData(""","key_ids":[17]""", "a", "a")]
    public void A_virtual_key_may_be_bound_to_some_keys_of_a_provider(string list, string expected, string expectedInVersion2)
    {
        foreach (var (version, names) in new[] { (1, expected), (2, expectedInVersion2) })
        {
            var load = ConfigLoader.Parse(Encoding.UTF8.GetBytes($$$"""
                {"version":{{{version}}},"providers":{"openai":{"keys":[{"name":"a","id":"17","value":"1"},{"name":"b","value":"2"}]}},
                 "governance":{"virtual_keys":[{"name":"k","value":"sk","providers":[{"provider":"openai","allowed_models":["gpt-*"]{{{list}}}}]}]}}
                """), "test", _ => null);
            Assert.Empty(load.Errors);
            var may = load.Config!.VirtualKeys[0].KeysOf("OpenAI", "gpt-4o");
            Assert.Equal(names, string.Join(' ', load.Config.Providers["openai"].Keys.Where(key => may?.Invoke(key) != false).Select(key => key.Name)));
        }
    }

    [Fact]
    public void Of_several_entries_those_count_that_are_for_the_model()
    {
        var key = Good("""
            "virtual_keys":[{"name":"k","value":"sk","providers":[
              {"provider":"openai","allowed_models":["gpt-4*"],"key_ids":["key 1"]},{"provider":"openai","allowed_models":["o*"]},{"provider":"groq"}]}]
            """).VirtualKeys[0];
        Assert.NotNull(key.KeysOf("openai", "gpt-4o"));
        Assert.Null(key.KeysOf("openai", "o3"));
        Assert.Null(key.KeysOf("openai", model: null));
        Assert.Null(key.KeysOf("groq", "llama"));
    }

    [Fact]
    public void A_slip_in_the_name_of_a_key_is_an_error()
    {
        var problem = Assert.Single(Load("""
            "virtual_keys":[{"name":"k","value":"sk","providers":[{"provider":"openai","key_ids":["kye 1"]}]}]
            """).Errors);
        Assert.Equal("governance.virtual_keys[0].providers[0].key_ids[0]", problem.Path);
        Assert.Contains("is no key of provider 'openai'", problem.ToString(), StringComparison.Ordinal);
        Assert.Contains("`key 1`", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_tools_of_a_virtual_key_are_read_and_it_is_said_that_nothing_is_done_with_them_yet()
    {
        var load = Load("""
            "virtual_keys":[{"name":"k","value":"sk","mcp_configs":[{"mcp_client_name":"files","tools_to_execute":["read","list"]},{"mcp_client_name":"web","tools_to_execute":["*"]},{"mcp_client_name":"none"}]},
              {"name":"l","value":"sl"},{"name":"m","value":"sm","mcp_configs":[]}]
            """);
        Assert.Empty(load.Errors);
        Assert.Equal(2, load.Warnings.Count(warning => warning.Path.EndsWith("mcp_configs", StringComparison.Ordinal)));
        var keys = load.Config!.VirtualKeys;
        Assert.Equal(["files: read list", "web: *", "none: "], keys[0].Tools!.Select(tool => $"{tool.Client}: {string.Join(' ', tool.Tools)}"));
        Assert.Null(keys[1].Tools);
        Assert.Empty(keys[2].Tools!);
        Assert.Equal("governance.virtual_keys[0].mcp_configs[0].mcp_client_name", Assert.Single(Load("""
            "virtual_keys":[{"name":"k","value":"sk","mcp_configs":[{"tools_to_execute":["read"]}]}]
            """).Errors).Path);
    }

    [Fact]
    public void A_budget_in_the_list_does_not_take_the_place_of_one_that_was_named_for_its_owner() => Assert.Equal(
        ["virtual_key:ada:monthly 1", "virtual_key:ada:monthly#2 2"],
        Good("""
            "budgets":[{"id":"virtual_key:ada:monthly","max_limit":1,"virtual_key_id":"ada"}],
            "virtual_keys":[{"id":"ada","name":"ada","value":"sk-1","budget":{"max_budget":2}}]
            """).Budgets.Select(budget => $"{budget.Id} {budget.Dollars}").Order());

    [Fact]
    public void Budgets_in_the_list_name_their_owner_or_are_named_by_it()
    {
        var config = Good("""
            "budgets":[
              {"id":"a","max_limit":1,"reset_duration":"1M","virtual_key_id":"ada","current_usage":0.5,"last_reset":"2026-01-01T00:00:00Z"},
              {"id":"b","max_limit":2,"reset_duration":"1d","calendar_aligned":true,"provider_config_id":17},
              {"id":"c","max_limit":3,"reset_duration":"1w","team_id":"t1"},
              {"id":"d","max_limit":4,"reset_duration":"1Y"},
              {"id":"e","max_limit":5,"reset_duration":"1Q"},
              {"id":"f","max_limit":6,"reset_duration":"30s","model_config_id":"m"},
              {"id":"g","max_limit":7,"reset_duration":"1h","customer_id":"acme"},
              {"id":"h","max_limit":8,"reset_duration":"1h","user_id":"u1"},
              {"id":"nobodys","max_limit":9,"reset_duration":"1h"}],
            "rate_limits":[{"id":"r","token_max_limit":1000,"token_reset_duration":"1h","request_max_limit":5,"request_reset_duration":"30s"},{"id":"s","concurrency":2,"input_max_limit":1,"output_max_limit":2,"team_id":"t1"}],
            "customers":[{"id":"acme"}],"users":[{"id":"u1"}],
            "teams":[{"id":"t1","budget_id":"d"}],
            "model_configs":[{"id":"m","model_name":"gpt-4o","budget_ids":["e"]}],
            "virtual_keys":[{"id":"k1","name":"ada","value":"sk-1","budget_ids":["a"],"rate_limit_id":"r","rate_limit":{"request_max_limit":1},"provider_configs":[{"id":17,"provider":"openai"}]}]
            """);
        Assert.Equal(
            [
                "a: virtual key 'k1' 1  last month", "b: virtual key 'k1', provider 'openai' 2  calendar day", "c: team 't1' 3  last week", "d: team 't1' 4  last year",
                "e: all requests, model 'gpt-4o' 5  last quarter", "f: all requests, model 'gpt-4o' 6  last 30 seconds", "g: customer 'acme' 7  last hour", "h: user 'u1' 8  last hour",
            ], config.Budgets.Select(Shown));
        Assert.Equal(
            [
                new RateLimit { Id = "virtual_key:k1", Scope = new Scope { VirtualKey = "k1" }, Requests = 1 },
                new RateLimit { Id = "r", Scope = new Scope { VirtualKey = "k1" }, Requests = 5, RequestWindow = TimeSpan.FromSeconds(30), Tokens = 1000, TokenWindow = TimeSpan.FromHours(1) },
                new RateLimit { Id = "s", Scope = new Scope { Team = "t1" }, Concurrency = 2, InputTokens = 1, OutputTokens = 2 },
            ], config.RateLimits);
    }

    [Theory]
    [InlineData("""{"max_budget":1,"budget_duration":"monthly","zone":"Europe/Berlin"}""", "calendar month", "Europe/Berlin")]
    [InlineData("""{"max_budget":1,"budget_duration":"1d","calendar_aligned":true,"zone":"Asia/Tokyo"}""", "calendar day", "Asia/Tokyo")]
    [InlineData("""{"max_budget":1}""", "calendar month", null)]
    public void The_calendar_may_be_of_a_zone(string budget, string window, string? zone)
    {
        var read = Good($$"""
            "virtual_keys":[{"name":"k","value":"sk-k","budget":{{budget}}}]
            """).Budgets.Single();
        Assert.Equal((window, zone), (read.Window.ToString(), read.Window.Zone?.Id));
    }

    [Theory]
    [InlineData("""{"max_budget":-1}""", "must be a number from 0")]
    [InlineData("""{"max_tokens":-1}""", "must be a whole number from 0")]
    [InlineData("""{"max_budget":"1"}""", "must be a number from 0")]
    [InlineData("""{"max_budget":1,"budget_duration":"5 days"}""", "must be hourly")]
    [InlineData("""{"max_budget":1,"budget_duraton":"1d"}""", "did you mean `budget_duration`?")]
    [InlineData("""{"max_budget":1,"zone":"Mars"}""", "is no time zone")]
    [InlineData("""{"max_budget":1,"alerts":[80]}""", "must be from 0 to 1")]
    [InlineData("{}", "is required")]
    [InlineData("\"team-cab\"", "did you mean `team-cap`?")]
    [InlineData("\"other\"", "is no budget: there are team-cap")]
    [InlineData("\"team-cap\"", "has two owners, virtual key 'k' and team 't1'")]
    public void What_cannot_be_meant_of_budgets_is_refused(string budget, string problem) => Assert.Contains(
        Load($$"""
            "teams":[{"id":"t1"}],"budgets":[{"id":"team-cap","max_limit":1,"team_id":"t1"}],"virtual_keys":[{"name":"k","value":"sk-k","budget":{{budget}}}]
            """).Errors, error => error.ToString().Contains(problem, StringComparison.Ordinal));

    [Theory]
    [InlineData("""
        "budgets":[{"max_limit":1}]
        """, "governance.budgets[0].id: is required")]
    [InlineData("""
        "budgets":[{"id":"a","max_limit":1},{"id":"a","max_limit":1}]
        """, "is the id of another budget")]
    [InlineData("""
        "budgets":[{"id":"a","max_limit":1,"team_id":"team-2"}],"teams":[{"id":"team-1"}]
        """, "is no team: did you mean `team-1`?")]
    [InlineData("""
        "budgets":[{"id":"a","max_limit":1,"team_id":"x","customer_id":"y"}],"teams":[{"id":"x"}],"customers":[{"id":"y"}]
        """, "has two owners")]
    [InlineData("""
        "teams":[{"id":"x"},{"id":"x"}]
        """, "is the id of another team")]
    [InlineData("""
        "teams":[{"id":"x","customer_id":"acmee"}],"customers":[{"id":"acme"}]
        """, "did you mean `acme`?")]
    [InlineData("""
        "teams":[{"id":"x","customer_id":"acme"}],"customers":[{"id":"acme"},{"id":"umbrella"}],"virtual_keys":[{"name":"k","value":"sk-k","team_id":"x","customer_id":"umbrella"}]
        """, "is not the customer of its team")]
    [InlineData("""
        "teams":[{"id":"research"}],"virtual_keys":[{"name":"k","value":"sk-k","team_id":"reserch"}]
        """, "did you mean `research`?")]
    [InlineData("""
        "virtual_keys":[{"name":"k","id":"x","value":"sk-k"},{"name":"l","id":"x","value":"sk-l"}]
        """, "is the id of another virtual key")]
    [InlineData("""
        "model_configs":[{"model_name":"x","scope":"planet"}]
        """, "must be one of global")]
    [InlineData("""
        "model_configs":[{"model_name":"x","scope":"team"}]
        """, "is required for the scope team")]
    [InlineData("""
        "providers":[{"name":"opnai"}]
        """, "must be one of the configured providers")]
    [InlineData("""
        "rate_limit":{"request_max_limit":0}
        """, "must be a whole number from 1")]
    [InlineData("""
        "rate_limit":{"token_reset_duration":"1m"}
        """, "limits nothing")]
    [InlineData("""
        "rate_limit":{"request_max_limit":1,"request_reset_duration":"soon"}
        """, "must be a length of time")]
    [InlineData("""
        "rate_limit_id":"r"
        """, "is no rate limit: none is configured")]
    public void What_cannot_be_meant_is_refused(string governance, string problem) =>
        Assert.Contains(Load(governance).Errors, error => error.ToString().Contains(problem, StringComparison.Ordinal));

    [Fact]
    public void Ids_of_budgets_without_one_stay_the_same()
    {
        const string Two = """
            "virtual_keys":[{"name":"k","value":"sk-k","budgets":[{"max_budget":1},{"max_tokens":5},{"max_budget":9,"budget_duration":"daily"}]}]
            """;
        string[] ids = ["virtual_key:k:monthly", "virtual_key:k:monthly#2", "virtual_key:k:daily"];
        Assert.Equal(ids, Good(Two).Budgets.Select(budget => budget.Id));
        Assert.Equal(ids, Good(Two.Replace("\"max_budget\":1", "\"max_budget\":2", StringComparison.Ordinal)).Budgets.Select(budget => budget.Id));
    }
}
