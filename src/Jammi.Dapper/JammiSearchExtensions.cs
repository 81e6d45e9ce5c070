using Dapper;
using Jammi.Data;

namespace Jammi.Dapper;

/// <summary>Reads searches into types with Dapper.</summary>
public static class JammiSearchExtensions
{
    /// <summary>Runs a search and maps its rows as Dapper's <c>Query&lt;T&gt;</c> does.</summary>
    /// <exception cref="JammiException">The search is wrong; see <see cref="JammiSearch.ExecuteReader"/>.</exception>
    public static IReadOnlyList<T> Query<T>(this JammiSearch search)
    {
        ArgumentNullException.ThrowIfNull(search);
        using JammiDataReader reader = search.ExecuteReader();
        return reader.Parse<T>().AsList();
    }

    /// <summary>Runs a search and maps its rows as Dapper's <c>QueryAsync&lt;T&gt;</c> does.</summary>
    /// <exception cref="JammiException">The search is wrong; see <see cref="JammiSearch.ExecuteReader"/>.</exception>
    public static async Task<IReadOnlyList<T>> QueryAsync<T>(this JammiSearch search, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(search);
        using JammiDataReader reader = await search.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return reader.Parse<T>().AsList();
    }
}
