using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Lists;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Tables;

/// <summary>generate_subscripts(list): the series from 1 to the list's length.</summary>
internal sealed class SubscriptsTable : TableFunction
{
    static readonly ScalarFunction Length = ListFunctions.All.Single(f => f.Name == "array_length");

    public override string Name => "generate_subscripts";

    public override FunctionDocumentation Documentation { get; } = new(
        "Table",
        "generate_subscripts(list [, 1])",
        "The places of a list's items, from 1.",
        "SELECT max(i) FROM generate_subscripts(ARRAY['a', 'b']) AS s(i)",
        "2");

    public override IReadOnlyList<TableFunctionParameter> Parameters { get; } =
    [
        new("list", null),
        new("dimension", SqlType.BigInt, Optional: true),
    ];

    public override LogicalPlan Bind(IReadOnlyList<TableFunctionArgument?> arguments, ITableFunctionBinder binder)
    {
        TableFunctionArgument list = arguments[0]!;
        if (ListArguments.ListOf(list.Expression!) is not { } type)
        {
            throw new SqlException(SqlErrorCode.DatatypeMismatch, $"generate_subscripts takes a list, not {list.Expression!.Type}.", list.Position);
        }

        if (arguments[1] is { } dimension && dimension.Constant?.ToObject() is not 1L)
        {
            throw new SqlException(SqlErrorCode.NotSupported, "generate_subscripts counts the items of a list's first dimension: lists of lists have no others.", dimension.Position);
        }

        Expression items = list.Expression!.Type == type ? list.Expression : new CastExpression(list.Expression, type, Try: false);
        var first = new ConstantExpression(ScalarValue.From(1L));
        var last = new CallExpression(Length, Length.Bind([items])!, [items]);
        return new RangeTable(Name, inclusive: true).Bind([new(first, null, list.Position), new(last, null, list.Position), null], binder);
    }
}
