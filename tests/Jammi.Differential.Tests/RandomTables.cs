using System.Globalization;
using CsCheck;

namespace Jammi.Differential.Tests;

/// <summary>
/// Three small tables of the same columns, with the values that break engines: NULLs, duplicates, empty text, Unicode, the least and greatest
/// integers. Column a holds small integers (for arithmetic), b any BIGINT, c DOUBLE, d TEXT.
/// </summary>
sealed record RandomTables(IReadOnlyList<IReadOnlyList<string>> Rows)
{
    static readonly string[] Names = ["x", "y", "z"];

    static readonly Gen<string> A = OneOf("NULL", "0", "1", "2", "3", "-1", "-2", "1", "2");

    static readonly Gen<string> B = OneOf("NULL", "0", "1", "2", "-9223372036854775808", "9223372036854775807", "2147483648", "1", "2");

    static readonly Gen<string> D = OneOf("NULL", "''", "'a'", "'b'", "'B'", "'ab'", "'é'", "'日本'", "'😀'", "'a%'", "' a'", "'1'", "'a'", "'b'");

    public static Gen<RandomTables> With(bool notANumber)
    {
        Gen<string> c = notANumber
            ? OneOf("NULL", "0.0", "1.5", "-2.25", "1e300", "'NaN'", "'Infinity'", "'-Infinity'", "1.0", "2.0")
            : OneOf("NULL", "0.0", "1.5", "-2.25", "1e300", "-1e-300", "1.0", "2.0");
        Gen<string> row = Gen.Select(A, B, c, D, (a, b, real, d) => $"({a}, {b}, {real}, {d})");
        return row.List[0, 9].Select(rows => (IReadOnlyList<string>)rows).List[3, 3].Select(tables => new RandomTables(tables));
    }

    static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    /// <summary>The statements that make indexes on all columns, of one column and of two.</summary>
    public static string[] Indexes { get; } = [.. Names.SelectMany(t => new[] { "a, d", "b", "c", "d" }.Select((columns, i) => $"CREATE INDEX {t}_{i} ON {t} ({columns})"))];

    /// <summary>The statements that make the tables.</summary>
    public IEnumerable<string> Statements()
    {
        for (int i = 0; i < Names.Length; i++)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"CREATE TABLE {Names[i]} (a INTEGER, b BIGINT, c DOUBLE, d TEXT)");
            if (Rows[i].Count > 0)
            {
                yield return $"INSERT INTO {Names[i]} VALUES {string.Join(", ", Rows[i])}";
            }
        }
    }

    /// <summary>The same, but every row is inserted, and so stored, by itself.</summary>
    public IEnumerable<string> StatementsByRow()
    {
        for (int i = 0; i < Names.Length; i++)
        {
            yield return $"CREATE TABLE {Names[i]} (a INTEGER, b BIGINT, c DOUBLE, d TEXT)";
            foreach (string row in Rows[i])
            {
                yield return $"INSERT INTO {Names[i]} VALUES {row}";
            }
        }
    }

    public override string ToString() => string.Join(";\n", Statements()) + ";";
}
