using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions;

/// <summary>One way to call a function: parameter types, result type and kernel. Variadic: the last parameter may be repeated.</summary>
internal sealed record Overload(SqlType ReturnType, ValueList<SqlType> Parameters, ScalarKernel Kernel, bool Variadic = false)
{
    /// <inheritdoc cref="ScalarBinding.MayReturnNull"/>
    public bool MayReturnNull { get; init; }

    /// <inheritdoc cref="ScalarBinding.NeverNull"/>
    public bool NeverNull { get; init; }

    public ScalarBinding Bind(int arity)
    {
        ValueList<SqlType> parameters = Parameters;
        while (parameters.Count < arity)
        {
            parameters = [.. parameters, Parameters[^1]];
        }

        return new(ReturnType, parameters, Kernel) { MayReturnNull = MayReturnNull, NeverNull = NeverNull };
    }
}

/// <summary>Chooses the overload whose parameters are nearest to the arguments; the first of equals.</summary>
internal static class OverloadResolution
{
    /// <summary>A text literal may stand for any type that text can be read as, but a text parameter is nearer.</summary>
    const int LiteralCost = 1_000;

    public static Overload? Choose(IReadOnlyList<Overload> overloads, IReadOnlyList<Expression> arguments)
    {
        Overload? best = null;
        int bestCost = int.MaxValue;
        foreach (Overload overload in overloads)
        {
            if (Cost(overload, arguments) is int cost && cost < bestCost)
            {
                best = overload;
                bestCost = cost;
            }
        }

        return best;
    }

    public static ScalarBinding? Bind(IReadOnlyList<Overload> overloads, IReadOnlyList<Expression> arguments) => Choose(overloads, arguments)?.Bind(arguments.Count);

    /// <summary>How far an argument is from a parameter type; null when it cannot stand there.</summary>
    public static int? ArgumentCost(Expression argument, SqlType parameter)
    {
        if (TypeCoercion.ImplicitCastCost(argument.Type, parameter) is int cost)
        {
            return cost;
        }

        return IsTextLiteral(argument) && CastKernels.Exists(SqlType.Text, parameter) ? LiteralCost : null;
    }

    /// <summary>Text whose type its context may choose: a literal or a parameter.</summary>
    public static bool IsTextLiteral(Expression argument) => argument.Type.Kind == SqlTypeKind.Text && argument is ConstantExpression or ParameterExpression { Type.Kind: SqlTypeKind.Text };

    static int? Cost(Overload overload, IReadOnlyList<Expression> arguments)
    {
        int declared = overload.Parameters.Count;
        if (overload.Variadic ? arguments.Count < declared : arguments.Count != declared)
        {
            return null;
        }

        int total = 0;
        for (int i = 0; i < arguments.Count; i++)
        {
            if (ArgumentCost(arguments[i], overload.Parameters[Math.Min(i, declared - 1)]) is not int cost)
            {
                return null;
            }

            total += cost;
        }

        return total;
    }
}

/// <summary>A function with a fixed list of overloads.</summary>
internal sealed class OverloadedFunction(string name, FunctionDocumentation documentation, params IReadOnlyList<Overload> overloads) : ScalarFunction
{
    public override string Name => name;

    public override IReadOnlyList<string> Aliases => Synonyms;

    public IReadOnlyList<string> Synonyms { get; init; } = [];

    public override FunctionDocumentation Documentation => documentation;

    public override FunctionTraits Traits => Behaviour;

    public FunctionTraits Behaviour { get; init; } = FunctionTraits.Default;

    public override IReadOnlyList<(string Name, ScalarValue Default)> NamedParameters => ParametersByName;

    public IReadOnlyList<(string Name, ScalarValue Default)> ParametersByName { get; init; } = [];

    public override ScalarBinding? Bind(IReadOnlyList<Expression> arguments) => OverloadResolution.Bind(overloads, arguments);

    public override IReadOnlyList<string> Signatures =>
        [.. overloads.Select(o => $"{name}({string.Join(", ", o.Parameters.Select(p => p.ToString()))}{(o.Variadic ? ", ..." : string.Empty)}) → {o.ReturnType}")];
}

/// <summary>A function whose types depend on its arguments' types (decimals, lists, vectors, any type): bound by <paramref name="bind"/>.</summary>
internal sealed class GenericFunction(string name, FunctionDocumentation documentation, Func<IReadOnlyList<Expression>, ScalarBinding?> bind) : ScalarFunction
{
    public override string Name => name;

    public override IReadOnlyList<string> Aliases => Synonyms;

    public IReadOnlyList<string> Synonyms { get; init; } = [];

    public override FunctionDocumentation Documentation => documentation;

    public override FunctionTraits Traits => Behaviour;

    public FunctionTraits Behaviour { get; init; } = FunctionTraits.Default;

    public override ScalarBinding? Bind(IReadOnlyList<Expression> arguments) => bind(arguments);
}
