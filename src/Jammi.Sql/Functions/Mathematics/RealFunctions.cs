using System.Globalization;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Mathematics;

/// <summary>
/// Roots, powers, logarithms and trigonometry over DOUBLE. An argument outside a function's domain and a result that a DOUBLE cannot hold are
/// errors, as in PostgreSQL; NaN gives NaN. The scalar library is called row by row: its results are exact where they can be (log10(1000) = 3),
/// which those of the vectorised library are not.
/// </summary>
internal static class RealFunctions
{
    const string Category = "Mathematics";
    const string Positive = "it is defined for numbers above 0";
    const string Finite = "it is defined for finite numbers";
    const string Unit = "it is defined from -1 to 1";

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        OfOne("sqrt", "Square root.", "sqrt(2.25)", "1.5", Math.Sqrt, "it is defined for numbers from 0"),
        OfOne("cbrt", "Cube root.", "cbrt(27)", "3", CubeRoot),
        OfTwo("power", "power(x, y) or x ^ y", "x to the power of y.", "power(2, 10)", "1024", Math.Pow, PowerFault) with { Synonyms = ["pow", "^"] },
        OfOne("exp", "e to the power of x.", "exp(0)", "1", Math.Exp),
        OfOne("ln", "Natural logarithm.", "ln(1)", "0", Math.Log, Positive),
        OfOne("log10", "Logarithm to base 10.", "log10(1000)", "3", Math.Log10, Positive),
        OfOne("log2", "Logarithm to base 2.", "log2(8)", "3", Math.Log2, Positive),
        Logarithm(),
        OfOne("sin", "Sine of an angle in radians.", "sin(0)", "0", Math.Sin, Finite),
        OfOne("cos", "Cosine of an angle in radians.", "cos(0)", "1", Math.Cos, Finite),
        OfOne("tan", "Tangent of an angle in radians.", "tan(0)", "0", Math.Tan, Finite),
        OfOne("cot", "Cotangent of an angle in radians.", "round(cot(pi() / 4), 9)", "1", x => 1 / Math.Tan(x), "it is defined for finite numbers other than 0"),
        OfOne("asin", "The angle in radians whose sine is x.", "degrees(asin(1))", "90", Math.Asin, Unit),
        OfOne("acos", "The angle in radians whose cosine is x.", "acos(1)", "0", Math.Acos, Unit),
        OfOne("atan", "The angle in radians whose tangent is x.", "round(degrees(atan(1)), 9)", "45", Math.Atan),
        OfTwo("atan2", "atan2(y, x)", "The angle in radians of the point (x, y), from -pi to pi.", "degrees(atan2(1, 0))", "90", Math.Atan2),
        OfOne("sinh", "Hyperbolic sine.", "sinh(0)", "0", Math.Sinh),
        OfOne("cosh", "Hyperbolic cosine.", "cosh(0)", "1", Math.Cosh),
        OfOne("tanh", "Hyperbolic tangent.", "tanh(0)", "0", Math.Tanh),
        OfOne("asinh", "Inverse hyperbolic sine.", "asinh(0)", "0", Math.Asinh),
        OfOne("acosh", "Inverse hyperbolic cosine.", "acosh(1)", "0", Math.Acosh, "it is defined for numbers from 1"),
        OfOne("atanh", "Inverse hyperbolic tangent.", "atanh(0)", "0", Math.Atanh, "it is defined between -1 and 1"),
        OfOne("gamma", "Gamma function: (x - 1)! for whole numbers.", "gamma(5)", "24", GammaFunction.Gamma, "it is defined for numbers other than 0, -1, -2 ..."),
        OfOne("lgamma", "Logarithm of the absolute value of the gamma function.", "round(lgamma(10), 6)", "12.801827", GammaFunction.LogGamma, "it is defined for numbers other than 0, -1, -2 ..."),
        OfOne("degrees", "An angle in radians as degrees.", "degrees(pi())", "180", double.RadiansToDegrees),
        OfOne("radians", "An angle in degrees as radians.", "radians(180) = pi()", "true", double.DegreesToRadians),
        new OverloadedFunction("pi", new(Category, "pi()", "The number pi.", "round(pi(), 5)", "3.14159"), new Overload(SqlType.Double, [], (_, count, _) => Constant(Math.PI, count)) { NeverNull = true }),
    ];

    static OverloadedFunction OfOne(string name, string description, string example, string result, Func<double, double> compute, string? domain = null) =>
        new(name, new(Category, $"{name}(x)", description, example, result), new Overload(SqlType.Double, [SqlType.Double], Unary(name, compute, domain)));

    static RealFunctionOfTwo OfTwo(string name, string syntax, string description, string example, string result, Func<double, double, double> compute, Func<double, double, string?>? fault = null) =>
        new(name, new(Category, syntax, description, example, result), Binary(name, compute, fault ?? ((_, _) => null)));

    static OverloadedFunction Logarithm() => new(
        "log",
        new(Category, "log([base,] x)", "Logarithm to a base, 10 where none is given.", "log(2, 8)", "3"),
        new Overload(SqlType.Double, [SqlType.Double], Unary("log", Math.Log10, Positive)),
        new Overload(SqlType.Double, [SqlType.Double, SqlType.Double], Binary("log", Log, (b, x) => b > 0 && b != 1 && x > 0 ? null : "base and number must be above 0, and the base not 1")));

    static double Log(double numberBase, double x) => numberBase switch
    {
        10 => Math.Log10(x),
        2 => Math.Log2(x),
        _ => Math.Log(x) / Math.Log(numberBase),
    };

    /// <summary>The library's root, which misses the roots of cubes by a unit in the last place.</summary>
    static double CubeRoot(double x)
    {
        double root = Math.Cbrt(x);
        double whole = Math.Round(root);
        return whole * whole * whole == x ? whole : root;
    }

    static string? PowerFault(double x, double y) => (x, y) switch
    {
        (0, < 0) => "zero has no negative powers",
        ( < 0, _) when y != Math.Truncate(y) => "a negative number has whole powers only",
        _ => null,
    };

    static ScalarKernel Unary(string name, Func<double, double> compute, string? domain) => (arguments, count, _) =>
    {
        NullMask nulls = NullMask.Of(arguments[0], count);
        var input = new FixedColumn<double>(arguments[0]);
        byte[] buffer = Columns.Allocate(count, out Span<double> output);
        for (int row = 0; row < output.Length; row++)
        {
            double x = input[row];
            double y = compute(x);
            output[row] = y;
            if (!double.IsFinite(y) && !double.IsNaN(x) && (double.IsNaN(y) || double.IsFinite(x)) && nulls.IsValid(row))
            {
                throw Fault(string.Create(CultureInfo.InvariantCulture, $"{name}({x})"), domain);
            }
        }

        return Columns.Wrap(SqlType.Double, count, buffer, nulls);
    };

    static ScalarKernel Binary(string name, Func<double, double, double> compute, Func<double, double, string?> fault) => (arguments, count, _) =>
    {
        NullMask nulls = NullMask.Any(arguments, count);
        var left = new FixedColumn<double>(arguments[0]);
        var right = new FixedColumn<double>(arguments[1]);
        byte[] buffer = Columns.Allocate(count, out Span<double> output);
        for (int row = 0; row < output.Length; row++)
        {
            double x = left[row];
            double y = right[row];
            double result = compute(x, y);
            output[row] = result;
            if (!double.IsFinite(result) && !double.IsNaN(x) && !double.IsNaN(y) && (double.IsNaN(result) || (double.IsFinite(x) && double.IsFinite(y))) && nulls.IsValid(row))
            {
                throw Fault(string.Create(CultureInfo.InvariantCulture, $"{name}({x}, {y})"), fault(x, y));
            }
        }

        return Columns.Wrap(SqlType.Double, count, buffer, nulls);
    };

    static SqlException Fault(string call, string? domain) => domain is null
        ? new(SqlErrorCode.NumericOutOfRange, $"{call} is more than a DOUBLE can hold.")
        : new(SqlErrorCode.InvalidParameter, $"{call} has no value: {domain}.");

    static Apache.Arrow.IArrowArray Constant(double value, int count)
    {
        byte[] buffer = Columns.Allocate(count, out Span<double> output);
        output.Fill(value);
        return Columns.Wrap(SqlType.Double, count, buffer, NullMask.None(count));
    }

    sealed record RealFunctionOfTwo(string Name, FunctionDocumentation Page, ScalarKernel Kernel)
    {
        public IReadOnlyList<string> Synonyms { get; init; } = [];

        public static implicit operator ScalarFunction(RealFunctionOfTwo function) =>
            new OverloadedFunction(function.Name, function.Page, new Overload(SqlType.Double, [SqlType.Double, SqlType.Double], function.Kernel)) { Synonyms = function.Synonyms };
    }
}
