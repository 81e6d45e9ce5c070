using Jammi.Sql.Binding;
using Jammi.Sql.Functions;
using Jammi.Sql.Storage;

namespace Jammi.Sql;

/// <summary>An open database with what its sessions share. One per database and process.</summary>
internal sealed class Engine : IDisposable
{
    Engine(Database database) => Database = database;

    public Database Database { get; }

    public PlanCache Plans { get; } = new();

    /// <summary>Opens a database directory.</summary>
    public static Engine Open(string path, DatabaseOptions options) => new(Database.Open(path, options));

    /// <summary>Opens a database that never touches the disk.</summary>
    public static Engine OpenInMemory() => new(Database.OpenInMemory());

    public Session CreateSession(FunctionRegistry functions, IReadOnlyList<ISystemTable> systemTables, IServiceProvider? services, TimeSpan lockTimeout, bool readOnly = false) =>
        new(this, functions, systemTables, services, lockTimeout) { ReadOnly = readOnly };

    public void Dispose() => Database.Dispose();
}
