using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Sorts its whole input; rows with equal keys keep their order.</summary>
internal sealed class SortOperator(PhysicalOperator input, ValueList<SortKey> keys) : PhysicalOperator(input.Schema, input)
{
    public override (TableScanOperator Scan, int Column)? Origin(int column) => Children[0].Origin(column);

    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        ColumnBatch all = InputRows.ReadAll(Children[0], context);
        int[] rows = new RowSorter(keys).Order(all, context);
        foreach (ColumnBatch batch in InputRows.InOrder(all, rows, 0, rows.Length, context))
        {
            yield return batch;
        }
    }
}
