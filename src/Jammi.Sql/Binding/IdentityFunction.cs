using Apache.Arrow;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Binding;

/// <summary>The next values of a table's identity column, one for each row. It is volatile, so the rows are numbered in their order, on one thread.</summary>
internal sealed class IdentityFunction(TableEntry table) : ScalarFunction
{
    public override string Name => "next_identity";

    public override FunctionDocumentation Documentation { get; } = new("Identity", "next_identity()", "The next value of the identity column.", "true", null);

    public override FunctionTraits Traits { get; } = new(Volatility.Volatile);

    public override ScalarBinding? Bind(IReadOnlyList<Expression> arguments) => new(SqlType.BigInt, [], Run) { NeverNull = true };

    IArrowArray Run(ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context)
    {
        long value = context.Transaction!.TakeIdentities(table, count);
        long increment = table.Definition.Columns[table.Definition.IdentityColumn].Identity!.Increment;
        byte[] buffer = Columns.Allocate(count, out Span<long> values);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = value + (i * increment);
        }

        return Columns.Wrap(SqlType.BigInt, count, buffer, NullMask.None(count));
    }
}
