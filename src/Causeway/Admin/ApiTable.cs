using Causeway.Admin.Access;
using Causeway.Admin.Logs;
using Causeway.Core.Management;
using Causeway.Endpoints;

namespace Causeway.Admin;

/// <summary>The routes of the management API, on one screen: what each does and who may. The OpenAPI document is written from it, and tests go through it.</summary>
internal static class ApiTable
{
    /// <summary>Without an account: nothing that shows or changes anything.</summary>
    private static Role? Everybody => null;

    /// <summary>The table.</summary>
    public static IReadOnlyList<ApiRoute> Of(ApiParts parts)
    {
        var (managed, accounts) = (parts.Managed, parts.AccountsEndpoint);
        var routes = new List<ApiRoute>
        {
            new("GET", "/api/version", Everybody, "The gateway's version", parts.State.WriteVersionAsync) { Answer = "Version" },
            new("GET", "/api/openapi.json", Everybody, "This document", parts.WriteDocumentAsync),
            new("GET", "/api/session", Everybody, "Who one is", parts.Session.GetAsync) { Answer = "Session" },
            new("POST", "/api/session", Everybody, "Logs in", parts.Session.LogInAsync) { Body = "Login", Answer = "LoggedIn" },
            new("DELETE", "/api/session", Everybody, "Logs out", parts.Session.LogOutAsync) { Status = 204 },
            new("POST", "/api/setup", Everybody, "Makes the first account, with the token that the gateway printed at its start", parts.Session.SetUpAsync) { Body = "Setup", Answer = "LoggedIn" },
            new("POST", "/api/session/password", Role.Viewer, "Changes one's own password; ends one's sessions", accounts.ChangePasswordAsync) { Body = "NewPassword", Status = 204 },
            new("GET", "/api/health", Role.Viewer, "The health of the providers, and how far the database is behind the ledger", parts.Status.WriteHealthAsync) { Answer = "Health" },
            new("GET", "/api/routing", Role.Viewer, "What each rule did, cost and saved", parts.Status.WriteRoutingAsync) { Answer = "Routing" },
            new("GET", "/metrics", Role.Viewer, "What is counted, for Prometheus: in OpenMetrics where that is asked for", parts.Metrics.WriteAsync),
            new("GET", "/api/budgets", Role.Viewer, "How the budgets stand", parts.Budgets.WriteAsync) { Answer = "Budgets" },
            new("GET", "/api/spend", Role.Viewer, "What was spent, by up to three dimensions", parts.Ledger.SpendAsync)
            {
                Answer = "Spend", Query = [("by", "dimensions with commas between them"), .. LedgerEndpoint.Range],
            },
            new("GET", "/api/ledger", Role.Viewer, "The ledger's rows, in the order of their ids", parts.Ledger.RowsAsync)
            {
                Answer = "Ledger", Query = [("limit", "at most so many, up to 1000"), ("after", "go on behind this row"), .. LedgerEndpoint.Range],
            },
            new("GET", "/api/ledger.csv", Role.Viewer, "The ledger's rows as CSV", parts.Ledger.CsvAsync) { Media = "text/csv", Query = LedgerEndpoint.Range },
            new("POST", "/api/ledger/rerate", Role.Admin, "Rates rows of the ledger by today's prices", parts.Ledger.RerateAsync) { Body = "Rerate", Answer = "Rerated" },
            new("GET", "/api/audit", Role.Admin, "Who changed what", parts.Audit.ListAsync)
            {
                Answer = "Audit", Query = [("actor", "only changes by this actor"), ("kind", "only of this kind"), ("object", "only of this one"), ("before", "go on from this entry"), ("limit", "at most so many, up to 1000")],
            },
        };
        routes.AddRange(LogRoutes.Of(parts));
        foreach (var kind in ObjectKind.OfConfiguration)
        {
            // Where an address can be changed, the keys that are kept could be sent there: that is for admins.
            var least = kind.HasSecrets || kind == ObjectKind.Client ? Role.Admin : Role.Editor;
            if (kind == ObjectKind.VirtualKey) routes.AddRange(OfVirtualKeys(new VirtualKeysEndpoint(managed, parts.Time), least));
            else routes.AddRange(Of(kind, new ObjectsEndpoint(managed, kind), Role.Viewer, least));
        }

        routes.AddRange(Of(ObjectKind.Account, accounts, Role.Admin, Role.Admin));
        routes.AddRange(Of(ObjectKind.Token, new TokensEndpoint(managed, parts.Time), Role.Admin, Role.Admin).Where(route => route.Method is "GET" or "POST" or "DELETE"));
        return routes;
    }

    private static IEnumerable<ApiRoute> OfVirtualKeys(VirtualKeysEndpoint keys, Role least) =>
    [
        .. Of(ObjectKind.VirtualKey, keys, Role.Viewer, least),
        new("POST", "/api/virtual-keys/{id}/rotate", least, "Gives a virtual key a new value, which is shown once; the old one works for as long as `overlap` says", keys.RotateAsync) { Body = "Rotation", Answer = SchemaOf(ObjectKind.VirtualKey) },
    ];

    private static IEnumerable<ApiRoute> Of(ObjectKind kind, ObjectsEndpoint endpoint, Role read, Role write)
    {
        var (name, schema) = (kind.Name.Replace('_', ' '), SchemaOf(kind));
        var one = kind.Shape == ObjectShape.Single ? $"/api/{kind.Path}" : $"/api/{kind.Path}/{{{kind.IdMember}}}";
        if (kind.Shape != ObjectShape.Single)
        {
            yield return new("GET", $"/api/{kind.Path}", read, $"All of the kind {name}", endpoint.ListAsync) { Answer = schema + "List", Query = [("search", "only those whose id or text has this in it"), ("after", "go on after this id"), ("limit", "at most so many, up to 10000; 1000 if left out")] };
            yield return new("POST", $"/api/{kind.Path}", write, $"A new {name}", endpoint.CreateAsync) { Body = schema, Answer = schema, Status = 201 };
        }

        yield return new("GET", one, read, $"One {name}", endpoint.GetAsync) { Answer = schema };
        yield return new("PUT", one, write, $"Replaces a {name}; with If-None-Match: * makes one", endpoint.ReplaceAsync) { Body = schema, Answer = schema, WantsVersion = true };
        yield return new("PATCH", one, write, $"Changes members of a {name} (JSON Merge Patch)", endpoint.PatchAsync) { Body = schema, Answer = schema, WantsVersion = true };
        yield return new("DELETE", one, write, $"Deletes a {name}", endpoint.DeleteAsync) { Status = 204, WantsVersion = true };
    }

    /// <summary>The name of a kind's schema: <c>VirtualKey</c>.</summary>
    public static string SchemaOf(ObjectKind kind) => string.Concat(kind.Name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
