using Jammi.Sql.Expressions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Text;

/// <summary>A function of texts and integers: the one list of parameters, and further ones in <see cref="More"/>.</summary>
internal sealed record TextFunction(string FunctionName, FunctionDocumentation Page, SqlType Result, ValueList<SqlType> Parameters, ScalarKernel Kernel)
{
    public IReadOnlyList<string> Synonyms { get; init; } = [];

    /// <summary>Further lists of parameters.</summary>
    public IReadOnlyList<(ValueList<SqlType> Parameters, TextRow Write)> More { get; init; } = [];

    /// <summary>Overloads with kernels of their own.</summary>
    public IReadOnlyList<Overload> Others { get; init; } = [];

    /// <summary>Whether it takes a BLOB as well: it looks at bytes only.</summary>
    public bool Blob { get; init; }

    public static implicit operator ScalarFunction(TextFunction function) => function.ToScalar();

    OverloadedFunction ToScalar()
    {
        var overloads = new List<Overload> { new(Result, Parameters, Kernel) };
        overloads.AddRange(More.Select(m => new Overload(Result, m.Parameters, TextKernels.ToText(m.Write))));
        overloads.AddRange(Others);
        if (Blob)
        {
            overloads.Add(new(Result, [SqlType.Blob], Kernel));
        }

        return new(FunctionName, Page, [.. overloads]) { Synonyms = Synonyms };
    }
}
