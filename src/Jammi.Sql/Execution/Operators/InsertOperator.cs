using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Writing;
using Jammi.Sql.Plans;
using Jammi.Sql.Storage;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Appends rows to a table. Without keys to test they go in batch by batch; keys are tested for all rows together.</summary>
internal sealed class InsertOperator(PhysicalOperator input, LogicalInsert plan) : PhysicalOperator(plan.Schema, input)
{
    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        IWriteTransaction transaction = context.Transaction!;
        Evaluator[] returning = ExpressionCompiler.CompileAll(plan.Returning);
        context.Result.AddRowsAffected(0);
        using BatchReader reader = Children[0].Open(context);
        if (!RowConstraints.HasKeys(plan.Table.Definition))
        {
            while (reader.Next() is { } batch)
            {
                if (Append(batch, returning, transaction, context) is { } output)
                {
                    yield return output;
                }
            }

            yield break;
        }

        ColumnBatch rows = InputRows.ReadAll(reader, Children[0].Schema);
        HashSet<long> replaced = [];
        ITableData stored = transaction.Current.OpenTable(plan.Table);
        if (plan.OnConflict is { } action)
        {
            (rows, replaced) = new ConflictResolution(plan.Table, action).Resolve(rows, stored, context);
        }

        RowConstraints.CheckKeys(plan.Table, rows, replaced, _ => true, stored, context);
        transaction.Delete(plan.Table, [.. replaced]);
        if (Append(rows, returning, transaction, context) is { } all)
        {
            yield return all;
        }
    }

    ColumnBatch? Append(ColumnBatch rows, Evaluator[] returning, IWriteTransaction transaction, ExecutionContext context)
    {
        RowConstraints.CheckNotNull(plan.Table.Definition, rows);
        transaction.Append(plan.Table, rows);
        context.Result.AddRowsAffected(rows.Count);
        return returning.Length == 0 ? null : new ColumnBatch(InputRows.Columns(returning, rows, context), rows.Count);
    }
}
