using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Jammi.Data;

/// <summary>
/// Writes the INSERT, UPDATE and DELETE commands of an adapter whose query reads one table with its primary key. By default a row is changed only where its
/// columns are still as they were read, or else <see cref="DBConcurrencyException"/> is thrown; see <see cref="DbCommandBuilder.ConflictOption"/>.
/// </summary>
public sealed class JammiCommandBuilder : DbCommandBuilder
{
    /// <summary>Creates a builder.</summary>
    public JammiCommandBuilder()
    {
        QuotePrefix = "\"";
        QuoteSuffix = "\"";
    }

    /// <summary>Creates a builder that writes the commands of an adapter when it updates.</summary>
    public JammiCommandBuilder(JammiDataAdapter adapter)
        : this() => DataAdapter = adapter;

    /// <summary>The adapter whose commands are written.</summary>
    public new JammiDataAdapter? DataAdapter
    {
        get => (JammiDataAdapter?)base.DataAdapter;
        set => base.DataAdapter = value;
    }

    /// <summary>The command that stores added rows.</summary>
    /// <exception cref="InvalidOperationException">The adapter has no query.</exception>
    public new JammiCommand GetInsertCommand() => (JammiCommand)base.GetInsertCommand();

    /// <inheritdoc cref="GetInsertCommand()"/>
    public new JammiCommand GetInsertCommand(bool useColumnsForParameterNames) => (JammiCommand)base.GetInsertCommand(useColumnsForParameterNames);

    /// <summary>The command that stores changed rows.</summary>
    /// <exception cref="InvalidOperationException">The adapter's query does not read one table with its primary key.</exception>
    public new JammiCommand GetUpdateCommand() => (JammiCommand)base.GetUpdateCommand();

    /// <inheritdoc cref="GetUpdateCommand()"/>
    public new JammiCommand GetUpdateCommand(bool useColumnsForParameterNames) => (JammiCommand)base.GetUpdateCommand(useColumnsForParameterNames);

    /// <summary>The command that removes deleted rows.</summary>
    /// <exception cref="InvalidOperationException">The adapter's query does not read one table with its primary key.</exception>
    public new JammiCommand GetDeleteCommand() => (JammiCommand)base.GetDeleteCommand();

    /// <inheritdoc cref="GetDeleteCommand()"/>
    public new JammiCommand GetDeleteCommand(bool useColumnsForParameterNames) => (JammiCommand)base.GetDeleteCommand(useColumnsForParameterNames);

    /// <summary>A name in quotes, so that any spelling is one.</summary>
    public override string QuoteIdentifier(string unquotedIdentifier)
    {
        ArgumentNullException.ThrowIfNull(unquotedIdentifier);
        return SqlText.Name(unquotedIdentifier);
    }

    /// <summary>The name between quotes; one without quotes as it is.</summary>
    public override string UnquoteIdentifier(string quotedIdentifier)
    {
        ArgumentNullException.ThrowIfNull(quotedIdentifier);
        return quotedIdentifier is ['"', .., '"'] ? quotedIdentifier[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : quotedIdentifier;
    }

    /// <inheritdoc/>
    protected override void ApplyParameterInfo(DbParameter parameter, DataRow row, StatementType statementType, bool whereClause)
    {
        // The column's type is declared, so that a DataTable's values reach the statement in the type that they are stored in, and NULLs have one.
        DbType type = (DbType)row["ProviderDbType"];
        if (type == DbType.Object)
        {
            parameter.ResetDbType();
            return;
        }

        parameter.DbType = type;
        if (type == DbType.Decimal)
        {
            parameter.Precision = Convert.ToByte(row[SchemaTableColumn.NumericPrecision], CultureInfo.InvariantCulture);
            parameter.Scale = Convert.ToByte(row[SchemaTableColumn.NumericScale], CultureInfo.InvariantCulture);
        }
    }

    /// <inheritdoc/>
    protected override string GetParameterName(int parameterOrdinal) => string.Create(CultureInfo.InvariantCulture, $"@p{parameterOrdinal}");

    /// <inheritdoc/>
    protected override string GetParameterName(string parameterName) => "@" + parameterName;

    /// <inheritdoc/>
    protected override string GetParameterPlaceholder(int parameterOrdinal) => GetParameterName(parameterOrdinal);

    /// <inheritdoc/>
    [return: NotNullIfNotNull(nameof(command))]
    protected override DbCommand InitializeCommand(DbCommand? command)
    {
        command = base.InitializeCommand(command);
        command.UpdatedRowSource = UpdateRowSource.None;
        return command;
    }

    /// <inheritdoc/>
    protected override void SetRowUpdatingHandler(DbDataAdapter adapter)
    {
        var own = (JammiDataAdapter)adapter;
        if (ReferenceEquals(own, base.DataAdapter))
        {
            own.RowUpdating -= WriteCommand;
        }
        else
        {
            own.RowUpdating += WriteCommand;
        }
    }

    void WriteCommand(object? sender, RowUpdatingEventArgs change) => RowUpdatingHandler(change);
}
