using System.Data.Common;

namespace Jammi.Data;

/// <summary>Creates the provider's objects for code that knows only <see cref="DbProviderFactory"/>.</summary>
/// <example><code>DbProviderFactories.RegisterFactory("Jammi", JammiProviderFactory.Instance);</code></example>
public sealed class JammiProviderFactory : DbProviderFactory
{
    /// <summary>The one instance.</summary>
    public static readonly JammiProviderFactory Instance = new();

    JammiProviderFactory()
    {
    }

    /// <inheritdoc/>
    public override DbConnection CreateConnection() => new JammiConnection();

    /// <inheritdoc/>
    public override DbCommand CreateCommand() => new JammiCommand();

    /// <inheritdoc/>
    public override DbParameter CreateParameter() => new JammiParameter();

    /// <inheritdoc/>
    public override DbConnectionStringBuilder CreateConnectionStringBuilder() => new JammiConnectionStringBuilder();

    /// <inheritdoc/>
    public override DbDataSource CreateDataSource(string connectionString) => new JammiDataSource(connectionString);
}
