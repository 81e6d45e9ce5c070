namespace Jammi.Sql.Functions.Mathematics;

/// <summary>The gamma function and its logarithm, by Lanczos' approximation (g = 7, nine terms; Godfrey's coefficients), to about 15 digits.</summary>
internal static class GammaFunction
{
    const double G = 7;

    static readonly double[] Coefficients =
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
        12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    /// <summary>NaN where it has no value: at 0 and the negative whole numbers.</summary>
    public static double Gamma(double x)
    {
        if (x <= 0 && Math.Floor(x) == x)
        {
            return double.NaN;
        }

        // Whole numbers are exact as long as a double holds their factorial.
        if (x <= 23 && Math.Floor(x) == x)
        {
            double product = 1;
            for (int i = 2; i < x; i++)
            {
                product *= i;
            }

            return product;
        }

        if (x < 0.5)
        {
            return Math.PI / (Math.Sin(Math.PI * x) * Gamma(1 - x));
        }

        // The power is taken in two halves: whole, it would overflow before gamma does.
        double t = x + G - 0.5;
        double half = Math.Pow(t, (x - 0.5) / 2);
        return Math.Sqrt(2 * Math.PI) * half * Math.Exp(-t) * half * Series(x - 1);
    }

    /// <summary>The logarithm of the absolute value of gamma; NaN where that has no value.</summary>
    public static double LogGamma(double x)
    {
        if (x <= 0 && Math.Floor(x) == x)
        {
            return double.NaN;
        }

        if (x is 1 or 2)
        {
            return 0;
        }

        if (x < 0.5)
        {
            return Math.Log(Math.PI / Math.Abs(Math.Sin(Math.PI * x))) - LogGamma(1 - x);
        }

        double t = x + G - 0.5;
        return (0.5 * Math.Log(2 * Math.PI)) + ((x - 0.5) * Math.Log(t)) - t + Math.Log(Series(x - 1));
    }

    static double Series(double z)
    {
        double sum = Coefficients[0];
        for (int i = 1; i < Coefficients.Length; i++)
        {
            sum += Coefficients[i] / (z + i);
        }

        return sum;
    }
}
