using System.Collections.Immutable;
using System.Security.Cryptography;
using Jammi.Sql.Types;

namespace Jammi.Sql.Storage.Segments;

/// <summary>
/// Delete vectors on disk: the magic "JAMMIDV1", then per block a flag byte and, where it is 1, the bitmap (bit set = deleted), then the SHA-256 of all before.
/// </summary>
internal static class DeleteVectorFile
{
    static ReadOnlySpan<byte> Magic => "JAMMIDV1"u8;

    public static byte[] Serialize(ImmutableArray<byte[]?> blocks)
    {
        using var bytes = new MemoryStream();
        bytes.Write(Magic);
        foreach (byte[]? bitmap in blocks)
        {
            bytes.WriteByte(bitmap is null ? (byte)0 : (byte)1);
            bytes.Write(bitmap);
        }

        byte[] body = bytes.ToArray();
        return [.. body, .. SHA256.HashData(body)];
    }

    public static ImmutableArray<byte[]?> Read(string path, IReadOnlyList<BlockHeader> blocks)
    {
        byte[] file = File.Exists(path) ? File.ReadAllBytes(path) : throw Damaged(path, "it is missing");
        int end = file.Length - SHA256.HashSizeInBytes;
        if (end < Magic.Length || !file.AsSpan(0, Magic.Length).SequenceEqual(Magic) || !SHA256.HashData(file.AsSpan(0, end)).AsSpan().SequenceEqual(file.AsSpan(end)))
        {
            throw Damaged(path, "its checksum does not match");
        }

        var read = ImmutableArray.CreateBuilder<byte[]?>(blocks.Count);
        int position = Magic.Length;
        foreach (BlockHeader block in blocks)
        {
            int length = ColumnFactory.BitmapBytes(block.RowCount);
            bool present = position < end && file[position++] == 1;
            if (present && position + length > end)
            {
                throw Damaged(path, "it ends early");
            }

            read.Add(present ? file.AsSpan(position, length).ToArray() : null);
            position += present ? length : 0;
        }

        return read.MoveToImmutable();
    }

    /// <summary>What is wrong with the file, or null.</summary>
    public static string? FindProblem(string path, IReadOnlyList<BlockHeader> blocks)
    {
        try
        {
            Read(path, blocks);
            return null;
        }
        catch (SqlException error)
        {
            return error.Message;
        }
    }

    static SqlException Damaged(string path, string why) =>
        new(SqlErrorCode.DataCorrupted, $"The delete vectors {path} cannot be used: {why}. Restore the file from a backup.");
}
