using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Binding;

/// <summary>
/// A CHECK constraint as a filter that every row passes or the statement fails on: TRUE where the condition is TRUE or NULL, an error where it is FALSE.
/// It is volatile so that no rule moves or drops it.
/// </summary>
internal sealed class CheckFunction(string table, string constraint, string condition) : ScalarFunction
{
    public override string Name => "check";

    public override FunctionDocumentation Documentation { get; } = new("Constraints", "check(condition)", "Fails the statement where the condition is false.", "true", null);

    public override FunctionTraits Traits { get; } = new(Volatility.Volatile);

    public override ScalarBinding? Bind(IReadOnlyList<Expression> arguments) => arguments is [{ Type.Kind: SqlTypeKind.Boolean }]
        ? new(SqlType.Boolean, [SqlType.Boolean], Run) { NeverNull = true }
        : null;

    IArrowArray Run(ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context)
    {
        var values = (BooleanArray)arguments[0].Array;
        for (int i = 0; i < values.Length; i++)
        {
            if (values.GetValue(i) == false)
            {
                throw new SqlException(SqlErrorCode.CheckViolation, $"a row of table \"{table}\" breaks its check \"{constraint}\": {condition}.");
            }
        }

        byte[] bits = new byte[ColumnFactory.BitmapBytes(count)];
        System.Array.Fill(bits, (byte)0xFF);
        return ColumnFactory.FromBuffers(SqlType.Boolean, count, 0, ArrowBuffer.Empty, [new ArrowBuffer(bits)]);
    }
}
