using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Tables;

/// <summary>A table function whose columns are lists that scalar functions make of its arguments, taken apart into rows as unnest does.</summary>
internal sealed class ListRowsTable(string name, FunctionDocumentation documentation, IReadOnlyList<TableFunctionParameter> parameters, params IReadOnlyList<(string Column, ScalarFunction Function)> columns) : TableFunction
{
    public override string Name => name;

    public override FunctionDocumentation Documentation => documentation;

    public override IReadOnlyList<TableFunctionParameter> Parameters => parameters;

    public override LogicalPlan Bind(IReadOnlyList<TableFunctionArgument?> arguments, ITableFunctionBinder binder)
    {
        Expression[] given = [.. arguments.OfType<TableFunctionArgument>().Select(a => a.Expression!)];
        var lists = new List<Expression>();
        var schema = new List<OutputColumn>();
        foreach ((string column, ScalarFunction function) in columns)
        {
            ScalarBinding binding = function.Bind(given)
                ?? throw new SqlException(SqlErrorCode.UndefinedFunction, $"{name}({string.Join(", ", given.Select(e => e.Type))}) does not exist. It is called as: {documentation.Syntax}.", arguments[0]!.Position);
            ValueList<Expression> converted = given.Select((e, i) => e.Type == binding.ParameterTypes[i] ? e : new CastExpression(e, binding.ParameterTypes[i], Try: false)).ToValueList();
            lists.Add(new CallExpression(function, binding, converted));
            schema.Add(new OutputColumn(column, binding.ReturnType.Element!, Nullable: true));
        }

        return LogicalTableFunction.Create(name, new UnnestTable.Items(), new PlanSchema(schema.ToValueList()), lists.ToValueList(), default);
    }
}
