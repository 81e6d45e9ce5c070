using System.Data;

namespace Jammi.Data;

public sealed partial class JammiConnection
{
    /// <summary>Embeds a source's pictures and keeps the vectors: <c>generate_image_embeddings</c> of SQL. Rows that are unchanged are reused.</summary>
    /// <param name="source">A table or view.</param>
    /// <param name="model">A directory, a name under the connection's models directories, or a Hub id.</param>
    /// <param name="imageColumn">A BLOB column of encoded pictures, or a TEXT column of paths.</param>
    /// <param name="keyColumn">A column without NULLs and duplicates.</param>
    /// <param name="refresh">Whether to embed every row anew.</param>
    /// <param name="precision"><c>fp32</c>; <c>fp16</c>, stored in half the space; or <c>int8</c>, computed with eight-bit weights. Each has an embedding table of its own.</param>
    /// <param name="decode"><c>exact</c>, or <c>fast</c>: large JPEGs at a fraction of their size.</param>
    /// <param name="cancellationToken">Stops the run; what is embedded by then is kept for the next run.</param>
    /// <exception cref="JammiException">An unknown source, column or model, or a NULL or repeated key.</exception>
    public Task<JammiEmbeddingResult> GenerateImageEmbeddingsAsync(string source, string model, string imageColumn, string keyColumn, bool refresh = false, string precision = "fp32", string decode = "exact", CancellationToken cancellationToken = default) =>
        GenerateAsync("generate_image_embeddings", source, model, imageColumn, keyColumn, $"{Options(refresh, precision)}, decode => {SqlText.Literal(decode)}", cancellationToken);

    /// <summary>Embeds a source's texts and keeps the vectors: <c>generate_text_embeddings</c> of SQL. Rows that are unchanged are reused.</summary>
    /// <param name="source">A table or view.</param>
    /// <param name="model">A directory, a name under the connection's models directories, or a Hub id.</param>
    /// <param name="textColumn">A TEXT column.</param>
    /// <param name="keyColumn">A column without NULLs and duplicates.</param>
    /// <param name="refresh">Whether to embed every row anew.</param>
    /// <param name="precision">As for <see cref="GenerateImageEmbeddingsAsync"/>.</param>
    /// <param name="cancellationToken">Stops the run; what is embedded by then is kept for the next run.</param>
    /// <exception cref="JammiException">An unknown source, column or model, or a NULL or repeated key.</exception>
    public Task<JammiEmbeddingResult> GenerateTextEmbeddingsAsync(string source, string model, string textColumn, string keyColumn, bool refresh = false, string precision = "fp32", CancellationToken cancellationToken = default) =>
        GenerateAsync("generate_text_embeddings", source, model, textColumn, keyColumn, Options(refresh, precision), cancellationToken);

    /// <summary>A text's unit vector in the model's space: <c>encode_text_query</c> of SQL.</summary>
    /// <exception cref="JammiException">The model cannot be opened, or has no text tower.</exception>
    public Task<float[]> EncodeTextQueryAsync(string model, string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return EncodeAsync("encode_text_query", model, text, cancellationToken);
    }

    /// <summary>The unit vector of an encoded picture (JPEG, PNG, GIF, BMP, WebP) in the model's space: <c>encode_image_query</c> of SQL.</summary>
    /// <exception cref="JammiException">The model cannot be opened, or the picture cannot be decoded.</exception>
    public Task<float[]> EncodeImageQueryAsync(string model, byte[] image, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        return EncodeAsync("encode_image_query", model, image, cancellationToken);
    }

    /// <summary>The unit vector of a picture file in the model's space: <c>encode_image_query</c> of SQL.</summary>
    /// <exception cref="JammiException">The model cannot be opened, or the picture cannot be read or decoded.</exception>
    public Task<float[]> EncodeImageQueryAsync(string model, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        return EncodeAsync("encode_image_query", model, path, cancellationToken);
    }

    /// <summary>Starts a search for the <paramref name="k"/> rows of a source nearest to a vector, to be joined, filtered, annotated, sorted and read.</summary>
    /// <param name="source">A table or view that has embeddings.</param>
    /// <param name="vector">A vector of the embeddings' space, for example of <see cref="EncodeTextQueryAsync"/>.</param>
    /// <param name="k">How many rows; 1 or more.</param>
    public JammiSearch Search(string source, float[] vector, int k)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        ArgumentNullException.ThrowIfNull(vector);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        return JammiSearch.Start(this, source, vector, k);
    }

    /// <summary>Starts a search for the <paramref name="k"/> rows of a source that match a text query best: <c>text_search</c> of SQL.</summary>
    /// <param name="source">A table or view that has a full-text index.</param>
    /// <param name="query">Words, <c>"phrases"</c>, <c>begin*</c>, <c>-excluded</c>, AND, OR, NOT.</param>
    /// <param name="k">How many rows; 1 or more.</param>
    public JammiSearch SearchText(string source, string query, int k)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        return JammiSearch.StartText(this, source, query, k);
    }

    /// <summary>Starts a search for the <paramref name="k"/> rows of a source that rank best by text and vector together: <c>hybrid_search</c> of SQL.</summary>
    /// <param name="source">A table or view that has a full-text index and embeddings.</param>
    /// <param name="query">As for <see cref="SearchText"/>.</param>
    /// <param name="vector">As for <see cref="Search"/>.</param>
    /// <param name="k">How many rows; 1 or more.</param>
    public JammiSearch SearchHybrid(string source, string query, float[] vector, int k)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(vector);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        return JammiSearch.StartHybrid(this, source, query, vector, k);
    }

    static string Options(bool refresh, string precision) => $"refresh => {(refresh ? "true" : "false")}, precision => {SqlText.Literal(precision)}";

    async Task<JammiEmbeddingResult> GenerateAsync(string function, string source, string model, string column, string key, string options, CancellationToken cancellationToken)
    {
        using JammiCommand command = CreateCommand();
        command.CommandText = $"""
            SELECT embedding_table, dimensions, rows, embedded, reused, failed, seconds
            FROM {function}({SqlText.Literal(source)}, {SqlText.Literal(model)}, {SqlText.Literal(column)}, {SqlText.Literal(key)}, {options})
            """;
        using var reader = (JammiDataReader)await command.ExecuteReaderAsync(CommandBehavior.SingleRow, cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new(reader.GetString(0), reader.GetInt32(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), TimeSpan.FromSeconds(reader.GetDouble(6)));
    }

    async Task<float[]> EncodeAsync(string function, string model, object content, CancellationToken cancellationToken)
    {
        using JammiCommand command = CreateCommand();
        command.CommandText = $"SELECT {function}({SqlText.Literal(model)}, @content)";
        command.Parameters.AddWithValue("content", content);
        return (float[])(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }
}
