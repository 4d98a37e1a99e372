using System.Text;
using System.Text.Json.Nodes;
using Causeway.Core.Catalog;
using Causeway.Core.Configuration;
using Causeway.Core.Configuration.Bifrost;
using Causeway.Core.Governance.Alerts;
using Causeway.Core.Recording.Redaction;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Core.Tests.Configuration;

public sealed class ConfigLoaderTests
{
    private static ConfigLoad Parse(string json, params (string Name, string Value)[] env) =>
        ConfigLoader.Parse(Encoding.UTF8.GetBytes(json), "config.json", name => env.FirstOrDefault(e => e.Name == name).Value);

    private static ProviderConfig Provider(string json, params (string Name, string Value)[] env)
    {
        var load = Parse(json, env);
        Assert.Empty(load.Errors);
        return load.Config!.Providers.Values.Single();
    }

    [Fact]
    public void The_usual_form_is_taken_as_it_stands()
    {
        var load = Parse("""
            {
              "$schema": "x",
              "client": { "enable_logging": true, "disable_content_logging": false, "drop_excess_requests": false, "initial_pool_size": 300, "allow_direct_keys": false },
              "providers": { "openai": { "keys": [ { "name": "main", "value": "env.OPENAI_API_KEY", "models": [], "weight": 1.0 } ] } },
              "config_store": { "enabled": true, "type": "sqlite", "config": { "path": "./config.db" } },
              "logs_store": { "enabled": true, "type": "sqlite", "config": { "path": "./logs.db" } },
              "mcp": { "client_configs": [ { "name": "fs", "connection_type": "stdio", "stdio_config": { "command": "npx", "args": [] }, "tools_to_execute": ["*"] } ] }
            }
            """, ("OPENAI_API_KEY", "sk-1"));
        Assert.Empty(load.Errors);
        var key = load.Config!.Providers["openai"].Keys.Single();
        Assert.Equal(("main", "sk-1", 1.0, true), (key.Name, key.Value, key.Weight, key.Models.Allows("anything")));
        Assert.Equal(new SqliteStoreConfig("./config.db"), load.Config.Store);
        Assert.Equal(new SqliteStoreConfig("./logs.db"), load.Config.Log.Store);
        Assert.Equal(["mcp"], load.Warnings.Select(w => w.Path).Order());
    }

    [Fact]
    public void Comments_and_trailing_commas_are_fine() =>
        Assert.Empty(Parse("{ /* mine */ \"providers\": { \"ollama\": {}, }, // end\n }").Errors);

    [Theory]
    [InlineData("[]", "config.json", "must hold a JSON object")]
    [InlineData("""{"providers":{"openai":{"keys":[{"value":"a"}],"keys":[]}}}""", "config.json", "is not valid JSON")]
    [InlineData("""{"providers":{"openai":{"keys":"sk-secret"}}}""", "providers.openai.keys", "must be a list")]
    [InlineData("""{"providers":{"openai":{"network_config":{"base_url":"not an address"}}}}""", "providers.openai.network_config.base_url", "must be an address")]
    [InlineData("""{"providers":{"openai":{"network_config":{"max_retries":-1}}}}""", "providers.openai.network_config.max_retries", "must be from 0 to 20")]
    [InlineData("""{"providers":{"openai":{"keys":[{"vaule":"x"}]}}}""", "providers.openai.keys[0].vaule", "did you mean `value`?")]
    [InlineData("""{"providers":{"mine":{"keys":[]}}}""", "providers.mine", "custom_provider_config")]
    [InlineData("""{"providers":{"mine":{"custom_provider_config":{"base_provider_type":"nobody"}}}}""", "providers.mine.custom_provider_config.base_provider_type", "must be one of openai")]
    [InlineData("""{"providers":{"openai":{"proxy_config":{"type":"http"}}}}""", "providers.openai.proxy_config.url", "is required")]
    [InlineData("""{"providers":{"openai":{"network_config":{"base_url":"https://me:sk-secret@h"}}}}""", "providers.openai.network_config.base_url", "`extra_headers`")]
    [InlineData("""{"providers":{"openai":{"network_config":{"base_url":"socks5://h"}}}}""", "providers.openai.network_config.base_url", "with http or https")]
    [InlineData("""{"providers":{"openai":{"proxy_config":{"type":"socks5","url":"socks5://me:sk-secret@h"}}}}""", "providers.openai.proxy_config.url", "`username` and `password`")]
    [InlineData("""{"providers":{"openai":{"proxy_config":{"url":"http://sk-secret@h"}}}}""", "providers.openai.proxy_config.url", "`username` and `password`")]
    [InlineData("""{"providers":{"mine":{"custom_provider_config":{"definition":{"baseUrl":"http://me:sk-secret@h","speaks":[{"dialect":"openai-chat","path":"/chat"}]}}}}}""", "providers.mine.custom_provider_config.definition.baseUrl", "`extra_headers`")]
    [InlineData("""{"providers":{"mine":{"custom_provider_config":{"definition":{"baseUrl":"http://h","headers":{"x":1},"speaks":[{"dialect":"openai-chat","path":"/chat"}]}}}}}""", "providers.mine.custom_provider_config.definition", "headers")]
    [InlineData("""{"providers":{"openai":{"network_config":{"ca_cert_pem":"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"}}}}""", "providers.openai.network_config.ca_cert_pem", "PEM")]
    [InlineData("""{"providers":{"mine":{"custom_provider_config":{"definition":"x"}}}}""", "providers.mine.custom_provider_config.definition", "must be an object")]
    [InlineData("""{"providers":{"mine":{"custom_provider_config":{"definition":{"baseUrl":"http://h","quirks":[1],"keyEnv":["A"]}}}}}""", "providers.mine.custom_provider_config.definition", "quirks")]
    [InlineData("""{"providers":{"mine":{"custom_provider_config":{"definition":{"baseUrl":"http://h","keyEnv":[1]}}}}}""", "providers.mine.custom_provider_config.definition", "keyEnv")]
    [InlineData("""{"providers":{"openai":{"network_config":{"ca_cert_pem":"none"}}}}""", "providers.openai.network_config.ca_cert_pem", "PEM")]
    [InlineData("""{"providers":{"openai":{"keys":[{"name":"\ud800","value":"a"}]}}}""", "config.json", "is not valid JSON")]
    [InlineData("""{"providers":{"\udc00":{}}}""", "config.json", "is not valid JSON")]
    [InlineData("""{"providers":{"openai":{}},"fallbacks":{"x":["openai"]}}""", "fallbacks.x[0]", "provider/model")]
    public void A_problem_names_the_path_and_the_fix(string json, string path, string fix)
    {
        var load = Parse(json);
        Assert.Null(load.Config);
        Assert.Contains(load.Errors, e => e.Path == path && e.Fix.Contains(fix, StringComparison.Ordinal));
        Assert.DoesNotContain(load.Errors, e => e.ToString().Contains("sk-secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"keys":[{"value":"sk-secret","weight":-1}, {"value":["sk-secret"]}]}""")]
    [InlineData("""{"keys":{"name":"main","value":"sk-secret"}}""")]
    [InlineData("""{"keys":"sk-secret"}""")]
    [InlineData("""["sk-secret"]""")]
    [InlineData("""{"network_config":{"extra_headers":{"authorization":["sk-secret"]}}}""")]
    [InlineData("""{"network_config":{"extra_headers":"sk-secret"}}""")]
    [InlineData("""{"network_config":{"base_url":"me:sk-secret@h"}}""")]
    [InlineData("""{"proxy_config":{"password":["sk-secret"]}}""")]
    [InlineData("""{"keys":[{"bedrock_key_config":{"access_key":"a","secret_key":["sk-secret"]}}]}""")]
    public void No_secret_is_ever_in_a_problem(string provider)
    {
        var load = Parse("""{"providers":{"openai":PROVIDER}}""".Replace("PROVIDER", provider, StringComparison.Ordinal));
        Assert.NotEmpty(load.Errors);
        Assert.DoesNotContain(load.Errors.Concat(load.Warnings), p => p.ToString().Contains("sk-secret", StringComparison.Ordinal));
    }

    [Fact]
    public void A_missing_variable_disables_the_key_and_is_named()
    {
        var load = Parse("""{"providers":{"openai":{"keys":[{"value":"env.NOPE"},{"value":{"ref":"env.THERE"}}]}}}""", ("THERE", "sk"));
        Assert.Equal([false, true], load.Config!.Providers["openai"].Keys.Select(k => k.IsEnabled));
        Assert.Contains("NOPE", Assert.Single(load.Warnings).Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void An_empty_list_of_models_allows_all_in_version_1_and_none_in_version_2(int version, bool allowed) =>
        Assert.Equal(allowed, Provider("""{"version":VERSION,"providers":{"openai":{"keys":[{"value":"a","models":[]}]}}}""".Replace("VERSION", $"{version}", StringComparison.Ordinal)).Keys[0].Models.Allows("gpt-4o"));

    [Theory]
    [InlineData("http://h", "/v1/chat/completions", "http://h/v1/chat/completions")]
    [InlineData("http://h/v1", "/v1/chat/completions", "http://h/v1/chat/completions")]
    [InlineData("http://h/v1/", "/v1/chat/completions", "http://h/v1/chat/completions")]
    [InlineData("http://h/prefix", "/v1/messages", "http://h/prefix/v1/messages")]
    public void The_version_part_of_an_address_is_there_once(string baseUrl, string path, string expected) =>
        Assert.Equal(expected, Provider("""{"providers":{"openai":{"keys":[{"value":"a"}],"network_config":{"base_url":"URL"}}}}""".Replace("URL", baseUrl, StringComparison.Ordinal)).UrlFor(path).ToString());

    [Fact]
    public void A_custom_provider_speaks_its_bases_dialects()
    {
        var provider = Provider("""{"providers":{"mine":{"keys":[{"value":"a"}],"custom_provider_config":{"base_provider_type":"anthropic"}}}}""");
        Assert.Equal(("mine", ProviderAuth.XApiKey, "/v1/messages"), (provider.Name, provider.Provider.Auth, provider.Provider.Speaks[0].Path));
    }

    [Fact]
    public void A_provider_can_be_described_in_full()
    {
        var provider = Provider("""
            {"providers":{"mine":{"keys":[{"value":"a"}],"custom_provider_config":{"definition":{"baseUrl":"http://h","speaks":[{"dialect":"openai-chat","path":"/chat"}],"quirks":[{"drop":["user"]}]}}}}}
            """);
        Assert.False(provider.Provider.BuildQuirks().IsEmpty);
        Assert.Equal("http://h/chat", provider.UrlFor(provider.Provider.Speaks[0].Path).ToString());
    }

    [Fact]
    public void Entries_for_vendors_of_later_versions_are_skipped_with_a_warning()
    {
        var load = Parse("""{"providers":{"vertex":{"keys":[{"value":"a"}]},"openai":{"keys":[{"value":"a"}]}}}""");
        Assert.Equal(["openai"], load.Config!.Providers.Keys);
        Assert.Equal("providers.vertex", Assert.Single(load.Warnings).Path);
    }

    [Fact]
    public void Aliases_and_fallbacks_take_texts_objects_and_lists()
    {
        var config = Parse("""
            {"providers":{"openai":{"keys":[{"value":"a"}]}},"model_aliases":{"claude-*haiku*":"openai/gpt-4o-mini","claude-*":["openai/gpt-4o",{"provider":"openai","model":"gpt-4.1"}]},
             "fallbacks":{"openai/gpt-4o":["openai/gpt-4.1"]}}
            """).Config!;
        Assert.Equal("openai/gpt-4o-mini", config.Aliases.First(a => a.Matches("claude-haiku-4-5")).Targets[0].Name);
        Assert.Equal(["openai/gpt-4o", "openai/gpt-4.1"], config.Aliases.First(a => a.Matches("claude-sonnet-5")).Targets.Select(target => target.Name));
        Assert.Equal(["openai/gpt-4.1"], config.FallbacksOf("openai/gpt-4o").Select(target => target.Name));
        Assert.Empty(config.FallbacksOf("other"));
    }

    [Fact]
    public void Without_a_file_each_key_variable_makes_a_provider()
    {
        var load = ConfigLoader.LoadAppDir("/nowhere/at/all", name => name is "OPENAI_API_KEY" or "MISTRAL_API_KEY" ? "k" : null);
        Assert.Equal(["openai", "mistral"], load.Config!.Providers.Keys);
    }

    [Theory]
    [InlineData("claude-*haiku*", "claude-haiku-4-5", true)]
    [InlineData("claude-*haiku*", "claude-sonnet-5", false)]
    [InlineData("*", "", true)]
    [InlineData("a*b*c", "aXXbYYbZc", true)]
    [InlineData("GPT-4O", "gpt-4o", true)]
    [InlineData("a*", "b", false)]
    [InlineData("*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    public void Wildcards_match_whole_names(string pattern, string name, bool expected) => Assert.Equal(expected, new WildcardPattern(pattern).Matches(name));

    [Fact]
    public void The_schema_knows_every_name_that_the_loader_knows()
    {
        var schema = JsonNode.Parse(EmbeddedData.Bytes("config.schema.json"))!;
        static IEnumerable<string> Names(JsonNode node) => node["properties"]!.AsObject().Select(p => p.Key).Where(n => n[0] != '$').Order();
        var provider = schema["properties"]!["providers"]!["additionalProperties"]!;
        Assert.Equal(ConfigLoader.Sections.Concat(ConfigLoader.LaterSections).Order(), Names(schema));
        Assert.Equal(ConfigLoader.ClientNames.Concat(ConfigLoader.LaterClientNames).Order(), Names(schema["properties"]!["client"]!));
        Assert.Equal(ProviderReader.Names.Concat(ProviderReader.LaterNames).Order(), Names(provider));
        Assert.Equal(ProviderReader.KeyNames.Concat(ProviderReader.LaterKeyNames).Order(), Names(provider["properties"]!["keys"]!["items"]!));
        Assert.Equal(NetworkReader.Names.Concat(NetworkReader.LaterNames).Order(), Names(provider["properties"]!["network_config"]!));
        Assert.Equal(ProviderReader.CustomNames.Concat(ProviderReader.LaterCustomNames).Order(), Names(provider["properties"]!["custom_provider_config"]!));
        var governance = schema["properties"]!["governance"]!;
        var key = governance["properties"]!["virtual_keys"]!["items"]!;
        Assert.Equal(GovernanceReader.Names.Concat(GovernanceReader.LaterNames).Order(), Names(governance));
        Assert.Equal(VirtualKeyReader.KeyNames.Concat(VirtualKeyReader.LaterKeyNames).Order(), Names(key));
        Assert.Equal(VirtualKeyReader.ToolNames.Order(), Names(key["properties"]!["mcp_configs"]!["items"]!));
        Assert.Equal(KeyProviderReader.Names.Order(), Names(schema["$defs"]!["keyProviders"]!["items"]!));
        foreach (var (list, names) in new[] { ("teams", GovernanceReader.TeamNames), ("customers", GovernanceReader.CustomerNames), ("users", GovernanceReader.UserNames), ("providers", GovernanceReader.ProviderNames), ("model_configs", GovernanceReader.ModelNames) })
            Assert.Equal(names.Concat(GovernanceReader.LaterOwnerNames).Order(), Names(governance["properties"]![list]!["items"]!));
        Assert.Equal(BudgetReader.Names.Concat(BudgetReader.LaterNames).Concat(LimitReader.OwnerIds).Order(), Names(schema["$defs"]!["budget"]!));
        Assert.Equal(RateLimitReader.Names.Concat(RateLimitReader.LaterNames).Concat(LimitReader.OwnerIds).Order(), Names(schema["$defs"]!["rateLimit"]!));
        var rule = schema["properties"]!["routing"]!["properties"]!["rules"]!["items"]!;
        Assert.Equal(RuleReader.Names.Order(), Names(schema["properties"]!["routing"]!));
        Assert.Equal(RuleReader.RuleNames.Order(), Names(rule));
        Assert.Equal(RuleReader.SettingNames.Order(), Names(rule["properties"]!["set"]!));
        Assert.Equal(RuleReader.LimitNames.Order(), Names(rule["properties"]!["limit"]!));
        var bifrost = governance["properties"]!["routing_rules"]!["items"]!;
        Assert.Equal(BifrostRuleReader.Names.Order(), Names(bifrost));
        Assert.Equal(BifrostRuleReader.TargetNames.Order(), Names(bifrost["properties"]!["targets"]!["items"]!));
        Assert.Equal(ConditionReader.Names.Order(), Names(schema["$defs"]!["when"]!));
        var store = schema["properties"]!["config_store"]!;
        Assert.Equal(StoreReader.Names.Order(), Names(store));
        Assert.Equal(StoreReader.SqliteNames.Concat(StoreReader.PostgresNames).Concat(StoreReader.LaterPostgresNames).Order(), Names(store["properties"]!["config"]!));
        Assert.Equal(AlertReader.Names.Order(), Names(governance["properties"]!["alerts"]!["items"]!));
        Assert.Equal(OtelReader.Names.Order(), Names(schema["properties"]!["otel"]!));
        var plugin = schema["properties"]!["plugins"]!["items"]!;
        Assert.Equal(OtelPluginReader.Names.Order(), Names(plugin));
        Assert.Equal(OtelPluginReader.ProfileNames.Order(), Names(schema["$defs"]!["otelProfile"]!));
        Assert.Equal(OtelPluginReader.SharedNames.Concat(OtelPluginReader.ProfileNames).Distinct().Order(), Names(plugin["properties"]!["config"]!));
        Assert.Equal(AlertEvent.Types, governance["properties"]!["alerts"]!["items"]!["properties"]!["events"]!["items"]!["enum"]!.AsArray().Select(type => (string)type!));
        var redaction = schema["properties"]!["logging"]!["properties"]!["redaction"]!;
        Assert.Equal(RedactionReader.Names.Order(), Names(redaction));
        Assert.Equal(RedactionReader.PatternNames.Order(), Names(redaction["properties"]!["patterns"]!["items"]!));
        Assert.Equal(BuiltIn.Names, redaction["properties"]!["detectors"]!["items"]!["enum"]!.AsArray().Select(name => (string)name!));
        var alertRule = governance["properties"]!["alert_rules"]!["items"]!;
        Assert.Equal(AlertRuleReader.CommonNames.Union(AlertRuleReader.RateNames).Union(AlertRuleReader.LatencyNames).Union(AlertRuleReader.ProviderNames).Union(AlertRuleReader.RunawayNames).Union(AlertRuleReader.CacheNames).Order(), Names(alertRule));
        Assert.Equal(AlertRuleReader.Types, alertRule["properties"]!["type"]!["enum"]!.AsArray().Select(type => (string)type!));
        var prices = schema["$defs"]!["price"]!;
        Assert.Equal(PriceOverrideReader.Names.Concat(PriceOverrideReader.LaterNames).Order(), Names(governance["properties"]!["pricing_overrides"]!["items"]!));
        Assert.Equal(PriceReader.Names.Order(), Names(prices));
        Assert.Equal(PriceReader.TierNames.Order(), Names(prices["properties"]!["tiers"]!["items"]!));
        Assert.Equal(TokenPriceReader.Names.Order(), Names(schema["$defs"]!["tokenPrice"]!["anyOf"]![1]!));
    }

    [Fact]
    public void A_change_is_taken_over_and_a_bad_one_keeps_what_runs()
    {
        var folder = Directory.CreateTempSubdirectory("causeway-config-").FullName;
        var file = Path.Combine(folder, ConfigLoader.FileName);
        var initial = ConfigLoader.LoadAppDir(folder, _ => null);
        using var store = new ConfigStore(folder, initial, _ => null, NullLogger<ConfigStore>.Instance, TimeProvider.System);
        var changes = 0;
        store.Changed += _ => changes++;
        File.WriteAllText(file, """{"providers":{"ollama":{}}}""");
        store.ReloadIfChanged();
        Assert.Equal((1, "ollama"), (changes, store.Current.Providers.Keys.Single()));
        File.WriteAllText(file, "{ broken");
        store.ReloadIfChanged();
        store.ReloadIfChanged();
        Assert.Equal((1, "ollama"), (changes, store.Current.Providers.Keys.Single()));
        Directory.Delete(folder, recursive: true);
    }
}
