using Jammi.Inference;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Types;

namespace Jammi.Data.Functions;

/// <summary><c>encode_image_query(model, image)</c>: the vision tower's unit vector of encoded bytes or of a file.</summary>
sealed class EncodeImageQueryFunction(ModelStore models) : ModelFunction
{
    public override string Name => "encode_image_query";

    public override FunctionDocumentation Documentation { get; } = new(
        "Models",
        "encode_image_query(model, blob_or_path)",
        "The L2-normalised embedding of a picture (encoded bytes, or the path of a file) in the model's space. NULL for NULL.",
        "vector_dims(encode_image_query('figures-clip', (SELECT image FROM figures WHERE figure_id = 1)))",
        "128");

    public override FunctionTraits Traits => ModelArguments.Traits;

    public override ScalarBinding? Bind(IReadOnlyList<Expression> arguments, CancellationToken cancellation)
    {
        if (arguments.Count != 2)
        {
            return null;
        }

        IEmbeddingModel model = ModelArguments.OpenConstant(models, arguments[0], Name, cancellation);
        SqlType content = arguments[1].Type.Kind == SqlTypeKind.Text ? SqlType.Text : SqlType.Blob;
        return new(SqlType.Vector(model.Dimensions), [SqlType.Text, content], (values, count, context) => EncodedColumn.Images(model, values[1], count, context));
    }

    public override string? VectorSpace(IReadOnlyList<Expression> arguments) => ModelArguments.OpenConstant(models, arguments[0], Name, CancellationToken.None).Fingerprint;
}
