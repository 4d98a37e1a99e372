using Causeway.Storage.Contract.Postgres;

[assembly: AssemblyFixture(typeof(PostgresServer))]   // one server for all tests; the end-to-end tests, which share its file, start one where they need it
