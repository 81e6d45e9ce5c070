using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Sorts its whole input; rows with equal keys keep their order.</summary>
internal sealed class SortOperator(PhysicalOperator input, ValueList<SortKey> keys) : PhysicalOperator(input.Schema, input)
{
    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        ColumnBatch all;
        using (BatchReader reader = Children[0].Open(context))
        {
            all = InputRows.ReadAll(reader, Schema);
        }

        int[] rows = new RowSorter(keys).Order(all, context);
        foreach (ColumnBatch batch in InputRows.InOrder(all, rows, 0, rows.Length, context))
        {
            yield return batch;
        }
    }
}
