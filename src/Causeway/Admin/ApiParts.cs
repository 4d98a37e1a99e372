using Causeway.Admin.Access;
using Causeway.Admin.Logs;
using Causeway.Core.Configuration;
using Causeway.Core.Management;
using Causeway.Endpoints;

namespace Causeway.Admin;

/// <summary>What the management API is made of.</summary>
internal sealed class ApiParts : IDisposable
{
    private readonly LoginThrottle _throttle;
    private byte[]? _document;

    /// <summary>Puts it together.</summary>
    /// <param name="managed">What is changed.</param>
    /// <param name="config">The configuration in force.</param>
    /// <param name="state">What all requests share.</param>
    /// <param name="status">Shows what goes on.</param>
    /// <param name="budgets">Shows budgets.</param>
    /// <param name="ledger">Shows what was spent.</param>
    /// <param name="metrics">Shows what is counted.</param>
    /// <param name="log">Shows what happened, and what goes on.</param>
    /// <param name="setup">Makes the first account possible.</param>
    /// <param name="isExposed">Other machines can reach the gateway.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logs">Makes logs.</param>
    public ApiParts(ManagedConfig managed, ConfigStore config, GatewayState state, StatusEndpoint status, BudgetsEndpoint budgets, LedgerEndpoint ledger, MetricsEndpoint metrics, LogParts log, SetupToken setup, bool isExposed, TimeProvider time, ILoggerFactory logs)
    {
        (Managed, State, Status, Budgets, Ledger, Metrics, Log, Time) = (managed, state, status, budgets, ledger, metrics, log, time);
        _throttle = new LoginThrottle(time);
        var accounts = new Accounts(managed, config);
        Gate = new AccessGate(accounts, managed, config, time, isExposed);
        AccountsEndpoint = new AccountsEndpoint(managed, accounts, _throttle);
        Session = new SessionEndpoint(managed, accounts, Gate, _throttle, setup, time, logs.CreateLogger<SessionEndpoint>());
        Audit = new AuditEndpoint(managed);
        Routes = ApiTable.Of(this);
        Endpoint = new ApiEndpoint(Routes, Gate, logs.CreateLogger<ApiEndpoint>());
    }

    /// <summary>What is changed.</summary>
    public ManagedConfig Managed { get; }

    /// <summary>What all requests share.</summary>
    public GatewayState State { get; }

    /// <summary>Shows what goes on.</summary>
    public StatusEndpoint Status { get; }

    /// <summary>Shows budgets.</summary>
    public BudgetsEndpoint Budgets { get; }

    /// <summary>Shows what was spent.</summary>
    public LedgerEndpoint Ledger { get; }

    /// <summary>Shows what is counted.</summary>
    public MetricsEndpoint Metrics { get; }

    /// <summary>Shows what happened, and what goes on.</summary>
    public LogParts Log { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Lets requests in.</summary>
    public AccessGate Gate { get; }

    /// <summary>Who may manage.</summary>
    public AccountsEndpoint AccountsEndpoint { get; }

    /// <summary>Logging in and out.</summary>
    public SessionEndpoint Session { get; }

    /// <summary>Who changed what.</summary>
    public AuditEndpoint Audit { get; }

    /// <summary>The table.</summary>
    public IReadOnlyList<ApiRoute> Routes { get; }

    /// <summary>Answers requests.</summary>
    public ApiEndpoint Endpoint { get; }

    /// <summary>GET /api/openapi.json.</summary>
    public async ValueTask WriteDocumentAsync(ApiCall call)
    {
        var document = _document ??= OpenApiDocument.Of(Routes);
        call.Http.Response.ContentType = "application/json";
        call.Http.Response.ContentLength = document.Length;
        await call.Http.Response.Body.WriteAsync(document, call.Gone);
    }

    /// <inheritdoc/>
    public void Dispose() => _throttle.Dispose();
}
