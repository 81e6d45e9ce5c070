namespace Jammi.Data;

/// <summary>What a run of <c>generate_image_embeddings</c> or <c>generate_text_embeddings</c> did.</summary>
/// <param name="EmbeddingTable">The table that holds the vectors.</param>
/// <param name="Dimensions">Numbers of a vector.</param>
/// <param name="Rows">Rows of the source.</param>
/// <param name="Embedded">Rows embedded by this run.</param>
/// <param name="Reused">Rows whose vector was there already.</param>
/// <param name="Failed">Rows that could not be embedded; <c>jammi.embedding_errors</c> says why.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record JammiEmbeddingResult(string EmbeddingTable, int Dimensions, long Rows, long Embedded, long Reused, long Failed, TimeSpan Elapsed);
