using Jammi.Inference;
using Jammi.Sql;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;

namespace Jammi.Data.Functions;

/// <summary>What model functions share: opening the model that an argument names, with errors of SQL.</summary>
static class ModelArguments
{
    /// <summary>Cost of a model call relative to an addition: placed after every filter and under LIMIT.</summary>
    public static FunctionTraits Traits { get; } = new(Volatility.Stable, CostPerRow: 1_000_000, PreferredBatchRows: 64, Memoize: true);

    /// <summary>The model of a constant argument.</summary>
    public static IEmbeddingModel OpenConstant(ModelStore models, Expression argument, string function, CancellationToken cancellation) =>
        (argument as ConstantExpression)?.Value.ToObject() is string name
            ? Open(models, name, use: null, cancellation)
            : throw new SqlException(SqlErrorCode.InvalidParameter, $"The model of {function} must be a constant text, because it decides the dimension of the vectors.");

    public static IEmbeddingModel Open(ModelStore models, string name, ModelUse? use, CancellationToken cancellation)
    {
        try
        {
            return models.Open(name, use, cancellation);
        }
        catch (InferenceException error)
        {
            throw ToSql(error);
        }
    }

    public static SqlException ToSql(InferenceException error) => new(
        error.Error switch
        {
            InferenceError.ModelNotFound or InferenceError.DownloadFailed => SqlErrorCode.Io,
            InferenceError.NotSupported => SqlErrorCode.NotSupported,
            InferenceError.InvalidInput => SqlErrorCode.InvalidParameter,
            InferenceError.InvalidModel => SqlErrorCode.DataCorrupted,
            _ => SqlErrorCode.Internal,
        },
        error.Message,
        error);
}
