using Jammi.Inference;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Data.Functions;

/// <summary>An encoder in FROM: one row, one column <c>vector</c>.</summary>
sealed class EncodeQueryTableFunction(ModelStore models, QueryCache cache, string name) : TableFunction
{
    public override string Name => name;

    public override FunctionDocumentation Documentation { get; } = new(
        "Models",
        $"{name}(model, content)",
        "The encoder of the same name as a relation of one row with one column, vector.",
        name == "encode_text_query" ? "SELECT vector_dims(vector) FROM encode_text_query('figures-clip', 'a red circle')" : "SELECT vector_dims(vector) FROM encode_image_query('figures-clip', (SELECT image FROM figures WHERE figure_id = 1))",
        "128");

    public override IReadOnlyList<TableFunctionParameter> Parameters { get; } = [new("model", SqlType.Text), new("content", Type: null)];

    public override LogicalPlan Bind(IReadOnlyList<TableFunctionArgument?> arguments, ITableFunctionBinder binder)
    {
        ScalarFunction encoder = name == "encode_text_query" ? new EncodeTextQueryFunction(models, cache) : new EncodeImageQueryFunction(models);
        Expression model = arguments[0]!.Expression!;
        Expression content = arguments[1]!.Expression ?? throw new Jammi.Sql.SqlException(Jammi.Sql.SqlErrorCode.DatatypeMismatch, $"The content of {name} must be a value.", arguments[1]!.Position);
        ScalarBinding binding = encoder.Bind([model, content], binder.Cancellation)!;
        Expression typed = content.Type == binding.ParameterTypes[1] ? content : new CastExpression(content, binding.ParameterTypes[1], Try: false);
        var call = new CallExpression(encoder, binding, [model, typed]);
        return new LogicalProject(LogicalValues.OneRow, [call], new PlanSchema([new OutputColumn("vector", binding.ReturnType, call.Nullable)]));
    }
}
