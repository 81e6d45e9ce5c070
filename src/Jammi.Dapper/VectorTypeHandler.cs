using System.Data;
using Dapper;

namespace Jammi.Dapper;

/// <summary>
/// Tells Dapper that a <c>float[]</c> is one value, a vector: by itself it would spread an array over as many parameters as it has numbers.
/// </summary>
public sealed class VectorTypeHandler : SqlMapper.TypeHandler<float[]>
{
    /// <summary>Makes <c>float[]</c> a vector for every query of this process. Call it once, at the start.</summary>
    public static void Register() => SqlMapper.AddTypeHandler(new VectorTypeHandler());

    /// <inheritdoc/>
    public override float[]? Parse(object value) => (float[]?)value;

    /// <inheritdoc/>
    public override void SetValue(IDbDataParameter parameter, float[]? value)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        parameter.Value = value is null ? DBNull.Value : value;
    }
}
