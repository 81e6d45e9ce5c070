using Jammi.Sql.Catalog;
using Jammi.Sql.Execution.Writing;
using Jammi.Sql.Plans;
using Jammi.Sql.Storage;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Creates a table and fills it with its input's rows, which must keep the table's constraints: a table written anew (ALTER TABLE) may have some.</summary>
internal sealed class CreateTableAsOperator(PhysicalOperator input, LogicalCreateTableAs plan) : PhysicalOperator(plan.Schema, input)
{
    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        IWriteTransaction transaction = context.Transaction!;
        TableDefinition definition = plan.Table;
        IndexEntry[] indexes = [];
        TableEntry? rewritten = null;
        if (plan.OrReplace && transaction.Current.Catalog.FindTable(definition.Schema, definition.Name) is { } old)
        {
            indexes = plan.KeepsIndexes ? [.. transaction.Current.Catalog.Indexes.Values.Where(i => DatabaseCatalog.Key(i.Schema, i.Table) == DatabaseCatalog.Key(old.Schema, old.Name))] : [];
            rewritten = plan.KeepsIndexes ? old : null;
            transaction.DropTable(old);
        }

        TableEntry table = transaction.CreateTable(definition, SchemaNames.IsTemporary(definition.Schema));
        if (rewritten is not null && definition.IdentityColumn >= 0)
        {
            table = transaction.ContinueIdentity(table, rewritten);
        }

        foreach (IndexEntry index in indexes)
        {
            transaction.CreateIndex(index);
        }

        using BatchReader reader = Children[0].Open(context);
        while (reader.Next() is { } batch)
        {
            RowConstraints.CheckNotNull(definition, batch);
            transaction.Append(table, batch);
        }

        foreach (ConstraintEntry constraint in definition.Constraints.Where(RowConstraints.IsKey))
        {
            StoredKeys.CheckUnique(table, constraint, transaction.Current.OpenTable(table), context.Cancellation);
        }

        yield break;
    }
}
