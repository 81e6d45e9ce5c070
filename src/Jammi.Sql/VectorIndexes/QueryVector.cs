using System.Globalization;
using System.Numerics.Tensors;
using Jammi.Sql.Types;

namespace Jammi.Sql.VectorIndexes;

/// <summary>Checks a query vector and makes it a unit vector.</summary>
internal static class QueryVector
{
    const float UnitTolerance = 1e-6f;

    /// <summary>The direction of <paramref name="value"/>, or null for a NULL.</summary>
    public static float[]? Direction(ScalarValue value, EmbeddingTable vectors)
    {
        if (value.IsNull)
        {
            return null;
        }

        float[] query = (float[])value.ToObject()!;
        if (query.Length != vectors.Dimensions)
        {
            throw new SqlException(SqlErrorCode.DatatypeMismatch, string.Create(CultureInfo.InvariantCulture, $"The query vector has {query.Length} dimensions, but {vectors.QualifiedName} (model {vectors.Model}) has {vectors.Dimensions}."));
        }

        float norm = TensorPrimitives.Norm(query);
        if (!float.IsFinite(norm))
        {
            throw new SqlException(SqlErrorCode.InvalidParameter, "The query vector contains NaN or an infinite number.");
        }

        if (norm == 0)
        {
            throw new SqlException(SqlErrorCode.InvalidParameter, "The query vector has length zero, so it has no direction to search in.");
        }

        if (Math.Abs(norm - 1) > UnitTolerance)
        {
            TensorPrimitives.Divide(query, norm, query);
        }

        return query;
    }
}
