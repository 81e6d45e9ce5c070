using Apache.Arrow;
using Jammi.Sql.Binding;
using Jammi.Sql.Functions.Tables.ArrowData;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Tables;

/// <summary>The columns of files that carry a schema (Parquet, Arrow): those of the first file, which every other must have too.</summary>
/// <param name="File">The first file.</param>
/// <param name="Names">As the file writes them; those of <see cref="Schema"/> are made distinct where they differ in case alone.</param>
internal sealed record FileColumns(string File, IReadOnlyList<string> Names, PlanSchema Schema)
{
    /// <summary>All columns of a file, or only the ones asked for.</summary>
    /// <exception cref="SqlException">UndefinedColumn: a wanted column is not there; NotSupported: a column has a type that SQL has not.</exception>
    public static FileColumns Of(string file, IReadOnlyList<Field> fields, IReadOnlyList<string>? wanted)
    {
        string[] distinct = ColumnDefinitions.Distinct([.. fields.Select(f => f.Name)]);
        int[] chosen = wanted is null
            ? [.. Enumerable.Range(0, fields.Count)]
            : [.. wanted.Select(name => Find(file, distinct, name))];
        OutputColumn[] columns = [.. chosen.Select(i => new OutputColumn(distinct[i], TypeOf(file, fields[i], distinct), Nullable: true))];
        return new(file, [.. chosen.Select(i => fields[i].Name)], new PlanSchema(columns.ToValueList()));
    }

    /// <summary>Where each column is among the fields of a further file.</summary>
    /// <exception cref="SqlException">DatatypeMismatch: a column is missing or has another type.</exception>
    public int[] Places(string file, IReadOnlyList<Field> fields)
    {
        var places = new int[Names.Count];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = Find(fields, Names[i], i);
            if (places[i] < 0)
            {
                throw new SqlException(SqlErrorCode.DatatypeMismatch, $"{file} has no column \"{Names[i]}\", which {File} has; files read together must have the same columns.");
            }

            SqlType? type = ArrowTypes.Of(fields[places[i]]);
            if (type != Schema[i].Type)
            {
                throw new SqlException(SqlErrorCode.DatatypeMismatch, $"column \"{Names[i]}\" of {file} is {Written(type, fields[places[i]])}, and in {File} it is {Schema[i].Type}; files read together must have the same columns.");
            }
        }

        return places;
    }

    /// <summary>The field of that name; of several, the one at the usual place.</summary>
    static int Find(IReadOnlyList<Field> fields, string name, int usual)
    {
        if (usual < fields.Count && fields[usual].Name == name)
        {
            return usual;
        }

        for (int i = 0; i < fields.Count; i++)
        {
            if (fields[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    static int Find(string file, string[] names, string wanted)
    {
        int found = System.Array.FindIndex(names, n => string.Equals(n, wanted, StringComparison.OrdinalIgnoreCase));
        return found >= 0 ? found : throw new SqlException(SqlErrorCode.UndefinedColumn, $"{file} has no column \"{wanted}\".{NameSuggestions.DidYouMean(wanted, names)}");
    }

    static SqlType TypeOf(string file, Field field, string[] names)
    {
        if (ArrowTypes.Of(field) is { } type)
        {
            return type;
        }

        string others = string.Join(", ", names.Where(n => n != field.Name).Take(3).Select(n => $"'{n}'"));
        throw new SqlException(SqlErrorCode.NotSupported, $"{file}: column \"{field.Name}\" is {field.DataType.Name}, which no SQL type holds; leave it out by naming the others: columns => [{others}].");
    }

    static string Written(SqlType? type, Field field) => type?.ToString() ?? field.DataType.Name;
}
