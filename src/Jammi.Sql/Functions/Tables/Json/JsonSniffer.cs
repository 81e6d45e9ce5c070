using System.Text.Json;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Tables.Json;

/// <summary>Finds the columns of a JSON file from its first objects: the keys in the order in which they first come, and the types of their values.</summary>
internal static class JsonSniffer
{
    const int RowsBetweenChecks = 1024;

    /// <returns>The keys as the file writes them, and the columns.</returns>
    public static (IReadOnlyList<string> Keys, PlanSchema Schema) Sniff(string path, string compression, int sample, CancellationToken cancellation)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var keys = new List<string>();
        var shapes = new List<JsonShape>();
        using JsonRecords records = JsonRecords.Open(path, compression);
        for (int row = 0; (sample < 0 || row < sample) && records.Next(); row++)
        {
            if (row % RowsBetweenChecks == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            var reader = new Utf8JsonReader(records.Current.Span, new JsonReaderOptions { MaxDepth = JsonRecords.MaxDepth });
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string key = reader.GetString()!;
                if (!places.TryGetValue(key, out int place))
                {
                    places.Add(key, place = keys.Count);
                    keys.Add(key);
                    shapes.Add(new JsonShape());
                }

                reader.Read();
                shapes[place].Add(ref reader);
            }
        }

        if (keys.Count == 0)
        {
            throw new SqlException(SqlErrorCode.InvalidText, $"{path} has no rows from which the columns could be seen; name them: columns => 'id BIGINT, name TEXT'.");
        }

        string[] names = ColumnDefinitions.Distinct(keys);
        return (keys, new PlanSchema(shapes.Select((s, i) => new OutputColumn(names[i], s.Resolve(), Nullable: true)).ToValueList()));
    }
}
