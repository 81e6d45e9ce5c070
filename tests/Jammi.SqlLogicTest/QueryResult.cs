using System.Data.Common;
using System.Security.Cryptography;
using System.Text;

namespace Jammi.SqlLogicTest;

/// <summary>The rows of a query as text, in the order in which they are compared.</summary>
public sealed class QueryResult
{
    readonly List<string> values;

    QueryResult(int columns, string types, List<string> values)
    {
        Columns = columns;
        Types = types;
        this.values = values;
    }

    public int Columns { get; }

    /// <summary>The letters of the columns' types.</summary>
    public string Types { get; }

    public int Rows => values.Count / Columns;

    public IReadOnlyList<string> Values => values;

    /// <summary>Reads the current result of a reader.</summary>
    public static QueryResult Read(DbDataReader reader, string wantedTypes, ValueStyle style, SortMode sort)
    {
        int columns = reader.FieldCount;
        var names = new string[columns];
        Span<char> letters = stackalloc char[columns];
        for (int i = 0; i < columns; i++)
        {
            names[i] = reader.GetDataTypeName(i);
            letters[i] = style == ValueStyle.Exact ? ValueText.Letter(reader.GetFieldType(i), names[i]) : i < wantedTypes.Length ? wantedTypes[i] : 'T';
        }

        var values = new List<string>();
        while (reader.Read())
        {
            for (int i = 0; i < columns; i++)
            {
                object value = reader.GetValue(i);
                values.Add(style == ValueStyle.Exact ? ValueText.Exact(value, names[i]) : ValueText.Classic(value, names[i], letters[i]));
            }
        }

        return new(columns, letters.ToString(), Sorted(values, columns, sort));
    }

    /// <summary>One line a row, columns apart by a tab.</summary>
    public IEnumerable<string> RowLines()
    {
        for (int row = 0; row < Rows; row++)
        {
            yield return string.Join('\t', values.GetRange(row * Columns, Columns));
        }
    }

    /// <summary><c>30 values hashing to 3c13dee48d9356ae19af2515e05e6b54</c></summary>
    public string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        foreach (string value in values)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(value));
            hash.AppendData("\n"u8);
        }

        return $"{values.Count} values hashing to {Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    static List<string> Sorted(List<string> values, int columns, SortMode sort)
    {
        switch (sort)
        {
            case SortMode.ValueSort:
                values.Sort(string.CompareOrdinal);
                return values;
            case SortMode.RowSort when columns == 1:
                goto case SortMode.ValueSort;
            case SortMode.RowSort:
                List<string>[] rows = [.. Enumerable.Range(0, values.Count / columns).Select(r => values.GetRange(r * columns, columns))];
                Array.Sort(rows, CompareRows);
                return [.. rows.SelectMany(r => r)];
            default:
                return values;
        }
    }

    static int CompareRows(List<string> a, List<string> b)
    {
        for (int i = 0; i < a.Count; i++)
        {
            int order = string.CompareOrdinal(a[i], b[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }
}
