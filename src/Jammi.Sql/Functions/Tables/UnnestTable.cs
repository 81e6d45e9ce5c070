using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Lists;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Tables;

/// <summary>The items of lists as rows. Several lists stand side by side; the shorter ones are filled up with NULL.</summary>
internal sealed class UnnestTable : TableFunction
{
    public override string Name => "unnest";

    public override bool MayBeKept => true;

    public override FunctionDocumentation Documentation { get; } = new(
        "Table",
        "unnest(list [, list ...])",
        "The items of a list, a row each; none for NULL. Several lists stand side by side, the shorter ones filled up with NULL. A list may come from a FROM item to the left.",
        "SELECT sum(n) FROM unnest([1, 2, 3]) AS u(n)",
        "6");

    public override IReadOnlyList<TableFunctionParameter> Parameters { get; } =
    [
        new("list", null),
        new("more", null, Variadic: true),
    ];

    public override LogicalPlan Bind(IReadOnlyList<TableFunctionArgument?> arguments, ITableFunctionBinder binder)
    {
        var lists = new List<Expression>();
        var columns = new List<OutputColumn>();
        foreach (TableFunctionArgument argument in arguments.OfType<TableFunctionArgument>())
        {
            Expression expression = argument.Expression!;
            SqlType type = ListArguments.ListOf(expression)
                ?? throw new SqlException(SqlErrorCode.DatatypeMismatch, $"unnest takes lists and vectors, not {expression.Type}.", argument.Position);
            lists.Add(expression.Type == type ? expression : new CastExpression(expression, type, Try: false));
            columns.Add(new OutputColumn(Name, type.Element!, Nullable: true));
        }

        return LogicalTableFunction.Create(Name, new Items(), new PlanSchema(columns.ToValueList()), lists.ToValueList(), default);
    }

    /// <summary>Lists side by side, an item of each a row.</summary>
    internal sealed class Items : TableSource
    {
        public override BatchReader Open(TableSourceInput input, IReadOnlyList<int> projection, ExecutionContext context)
        {
            var lists = new IArrowArray[input.Arguments.Count];
            for (int i = 0; i < lists.Length; i++)
            {
                ScalarValue list = input.Arguments[i];
                lists[i] = list.IsNull ? ColumnFactory.Nulls(list.Type.Element!, 0) : new ListColumn(ColumnarValue.Constant(list)).Items;
            }

            return new ItemReader([.. projection.Select(i => lists[i])], lists.Max(l => l.Length), context);
        }
    }

    sealed class ItemReader(IArrowArray[] lists, int count, ExecutionContext context) : BatchReader
    {
        int done;

        public override ColumnBatch? Next()
        {
            context.ThrowIfCancelled();
            int rows = Math.Min(context.BatchRows, count - done);
            if (rows <= 0)
            {
                return null;
            }

            IArrowArray[] columns = System.Array.ConvertAll(lists, list => Window(list, done, rows));
            done += rows;
            return new ColumnBatch(columns, rows);
        }

        /// <summary>Rows of a list, NULL after its end.</summary>
        static IArrowArray Window(IArrowArray list, int start, int rows)
        {
            if (start + rows <= list.Length)
            {
                return TakeKernels.Slice(list, start, rows);
            }

            var picks = new int[rows];
            for (int i = 0; i < rows; i++)
            {
                picks[i] = start + i < list.Length ? start + i : -1;
            }

            return TakeKernels.Take(list, picks);
        }
    }
}
