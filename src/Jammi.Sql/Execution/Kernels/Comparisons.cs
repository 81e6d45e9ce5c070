using System.Numerics;
using System.Runtime.Intrinsics;

namespace Jammi.Sql.Execution.Kernels;

/// <summary>A comparison as the loops of <see cref="CompareKernels"/> use it: of two values, and of whole registers, which for types without registers are not called.</summary>
internal interface IComparison<T>
    where T : unmanaged
{
    static abstract bool Holds(T a, T b);

    static abstract Vector512<T> Holds(Vector512<T> a, Vector512<T> b);
}

internal readonly struct EqualTo<T> : IComparison<T>
    where T : unmanaged, IEqualityOperators<T, T, bool>
{
    public static bool Holds(T a, T b) => a == b;

    public static Vector512<T> Holds(Vector512<T> a, Vector512<T> b) => Vector512.Equals(a, b);
}

internal readonly struct LessThan<T> : IComparison<T>
    where T : unmanaged, IComparisonOperators<T, T, bool>
{
    public static bool Holds(T a, T b) => a < b;

    public static Vector512<T> Holds(Vector512<T> a, Vector512<T> b) => Vector512.LessThan(a, b);
}

internal readonly struct AtMost<T> : IComparison<T>
    where T : unmanaged, IComparisonOperators<T, T, bool>
{
    public static bool Holds(T a, T b) => a <= b;

    public static Vector512<T> Holds(Vector512<T> a, Vector512<T> b) => Vector512.LessThanOrEqual(a, b);
}

/// <summary>NaN equals itself.</summary>
internal readonly struct FloatEqualTo<T> : IComparison<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static bool Holds(T a, T b) => a == b || (T.IsNaN(a) && T.IsNaN(b));

    public static Vector512<T> Holds(Vector512<T> a, Vector512<T> b) => Vector512.Equals(a, b) | ~(Vector512.Equals(a, a) | Vector512.Equals(b, b));
}

/// <summary>NaN is above every number.</summary>
internal readonly struct FloatLessThan<T> : IComparison<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static bool Holds(T a, T b) => !T.IsNaN(a) && !(a >= b);

    public static Vector512<T> Holds(Vector512<T> a, Vector512<T> b) => Vector512.Equals(a, a) & ~Vector512.GreaterThanOrEqual(a, b);
}

internal readonly struct FloatAtMost<T> : IComparison<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static bool Holds(T a, T b) => a <= b || T.IsNaN(b);

    public static Vector512<T> Holds(Vector512<T> a, Vector512<T> b) => Vector512.LessThanOrEqual(a, b) | ~Vector512.Equals(b, b);
}
