using Causeway.Storage.Contract.Postgres;

[assembly: AssemblyFixture(typeof(PostgresServer))]   // the server itself is also of the end-to-end tests
