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
    public override bool CanCreateBatch => true;

    /// <inheritdoc/>
    public override bool CanCreateDataAdapter => true;

    /// <inheritdoc/>
    public override bool CanCreateCommandBuilder => true;

    /// <summary>There is no list of databases to enumerate.</summary>
    public override bool CanCreateDataSourceEnumerator => false;

    /// <inheritdoc/>
    public override JammiConnection CreateConnection() => new();

    /// <inheritdoc/>
    public override JammiCommand CreateCommand() => new();

    /// <inheritdoc/>
    public override JammiParameter CreateParameter() => new();

    /// <inheritdoc/>
    public override JammiBatch CreateBatch() => new();

    /// <inheritdoc/>
    public override JammiBatchCommand CreateBatchCommand() => new();

    /// <inheritdoc/>
    public override JammiDataAdapter CreateDataAdapter() => new();

    /// <inheritdoc/>
    public override JammiCommandBuilder CreateCommandBuilder() => new();

    /// <inheritdoc/>
    public override JammiConnectionStringBuilder CreateConnectionStringBuilder() => new();

    /// <inheritdoc/>
    public override JammiDataSource CreateDataSource(string connectionString) => new(connectionString);
}
