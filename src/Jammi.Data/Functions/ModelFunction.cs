using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;

namespace Jammi.Data.Functions;

/// <summary>A scalar function that opens a model when it is bound, which may take seconds and can be stopped.</summary>
abstract class ModelFunction : ScalarFunction
{
    public abstract override ScalarBinding? Bind(IReadOnlyList<Expression> arguments, CancellationToken cancellation);

    public override ScalarBinding? Bind(IReadOnlyList<Expression> arguments) => Bind(arguments, CancellationToken.None);
}
