using Jammi.Inference;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Types;

namespace Jammi.Data.Functions;

/// <summary><c>encode_text_query(model, text)</c>: the text tower's unit vector.</summary>
sealed class EncodeTextQueryFunction(ModelStore models, QueryCache cache) : ModelFunction
{
    public override string Name => "encode_text_query";

    public override FunctionDocumentation Documentation { get; } = new(
        "Models",
        "encode_text_query(model, text)",
        "The L2-normalised embedding of a text in the model's space. Evaluated once for a constant or parameter; NULL for NULL.",
        "vector_dims(encode_text_query('figures-clip', 'a red circle on a white background'))",
        "128");

    public override FunctionTraits Traits => ModelArguments.Traits;

    public override ScalarBinding? Bind(IReadOnlyList<Expression> arguments, CancellationToken cancellation)
    {
        if (arguments.Count != 2)
        {
            return null;
        }

        IEmbeddingModel model = ModelArguments.OpenConstant(models, arguments[0], Name, cancellation);
        return new(SqlType.Vector(model.Dimensions), [SqlType.Text, SqlType.Text], (values, count, context) => EncodedColumn.Texts(model, cache, values[1], count, context));
    }

    public override string? VectorSpace(IReadOnlyList<Expression> arguments) => ModelArguments.OpenConstant(models, arguments[0], Name, CancellationToken.None).Fingerprint;
}
