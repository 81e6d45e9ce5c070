using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Execution.Writing;
using Jammi.Sql.Plans;
using Jammi.Sql.Storage;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Replaces rows: the input gives the id of each and its complete new content. All new content is computed before the first row changes.</summary>
internal sealed class UpdateOperator(PhysicalOperator input, LogicalUpdate plan) : PhysicalOperator(plan.Schema, input)
{
    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        IWriteTransaction transaction = context.Transaction!;
        ColumnBatch changes;
        using (BatchReader reader = Children[0].Open(context))
        {
            changes = InputRows.ReadAll(reader, Children[0].Schema);
        }

        context.Result.AddRowsAffected(changes.Count);
        if (changes.Count == 0)
        {
            yield break;
        }

        var rows = new ColumnBatch(changes.Columns[1..], changes.Count);
        RowConstraints.CheckNotNull(plan.Table.Definition, rows);
        Replace(rows, Cells.Values<long>(changes.Columns[0]), transaction, context);
        if (plan.Returning.Count > 0)
        {
            yield return new ColumnBatch(InputRows.Columns(ExpressionCompiler.CompileAll(plan.Returning), rows, context), rows.Count);
        }
    }

    void Replace(ColumnBatch rows, ReadOnlySpan<long> ids, IWriteTransaction transaction, ExecutionContext context)
    {
        if (plan.Table.Definition.Constraints.Any(c => RowConstraints.IsKey(c) && Touches(c)))
        {
            RowConstraints.CheckKeys(plan.Table, rows, [.. ids], Touches, transaction.Current.OpenTable(plan.Table), context);
        }

        transaction.Delete(plan.Table, ids);
        transaction.Append(plan.Table, rows);
    }

    bool Touches(Catalog.ConstraintEntry constraint) => constraint.Columns.Any(plan.Changed.Contains);
}
