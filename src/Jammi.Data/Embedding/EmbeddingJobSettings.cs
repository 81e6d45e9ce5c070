using Jammi.Sql.Types;

namespace Jammi.Data.Embedding;

/// <summary>Which tower embeds.</summary>
enum EmbeddingKind
{
    Image,
    Text,
}

/// <summary>What vectors are computed with and stored in.</summary>
enum VectorPrecision
{
    Fp32,

    /// <summary>Computed as the reference does, stored in halves.</summary>
    Fp16,

    /// <summary>Computed with eight-bit weights.</summary>
    Int8,
}

/// <summary>What a job embeds.</summary>
/// <param name="Source">The source's catalog key.</param>
/// <param name="SourceName">The source as the user wrote it.</param>
/// <param name="PrecisionName">The precision and the decoding as tables and catalogs spell them: vectors of another are another embedding.</param>
/// <param name="BatchSize">Rows a model call, or null for the model's own choice.</param>
/// <param name="Refresh">Whether to embed everything again.</param>
sealed record EmbeddingJobSettings(
    EmbeddingKind Kind,
    string Function,
    string Source,
    string SourceName,
    string ContentColumn,
    string KeyColumn,
    SqlType KeyType,
    VectorPrecision Precision,
    string PrecisionName,
    int? BatchSize,
    bool Refresh)
{
    /// <summary>The type of a column of vectors.</summary>
    public SqlType VectorType(int dimensions) => Precision == VectorPrecision.Fp16 ? SqlType.HalfVector(dimensions) : SqlType.Vector(dimensions);

    /// <summary>The kind as tables and catalogs spell it.</summary>
    public string KindName => Kind == EmbeddingKind.Image ? "image" : "text";
}

/// <summary>What a job did.</summary>
sealed record EmbeddingJobResult(string EmbeddingTable, long Rows, long Embedded, long Reused, long Failed, TimeSpan Elapsed);
