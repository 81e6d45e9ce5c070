using System.Security.Cryptography;
using System.Text;
using Jammi.Sql.Catalog;
using Jammi.Sql.Storage;
using Jammi.Sql.Storage.Manifests;
using Jammi.Sql.Types;

namespace Jammi.Sql.Tests.Storage;

/// <summary>Manifests are read as they were written, those of earlier formats too.</summary>
public class ManifestTests
{
    static readonly Manifest Example = new()
    {
        Version = 7,
        Predecessor = 6,
        DefinitionVersion = 3,
        NextTableId = 2,
        NextFileId = 9,
        Schemas = ["embeddings", "main"],
        Tables =
        [
            new(
                1,
                7,
                "main",
                "a \"b\" \u00e9\n",
                [new("id", ManifestType.From(SqlType.BigInt), Nullable: false, Default: null, new(Always: true, Start: 5, Increment: -2)), new("v", ManifestType.From(SqlType.List(SqlType.Text)), Nullable: true, "['x']")],
                [new("pk", ConstraintKind.PrimaryKey, [0], Check: null), new("c", ConstraintKind.Check, [], "id > 0")],
                new() { ["k"] = "w" },
                [new(4, 100, "00ff", [new(3, [new([1, 0, 0, 0, 0, 0, 0, 0], [9, 0, 0, 0, 0, 0, 0, 0], 0, 3), null])], 5, 1)],
                NextIdentity: -7),
        ],
        Views = [new("main", "w", "SELECT 1", ["one"])],
        Indexes = [new("main", "i", "t", Unique: true, ["id"]), new("main", "f", "t", Unique: false, ["title"], new())],
    };

    [Fact]
    public void A_manifest_is_read_as_it_was_written()
    {
        byte[] written = Example.Serialize();
        Manifest? read = Manifest.TryParse(written, out string problem);
        Assert.Equal(string.Empty, problem);
        Assert.Equal(Encoding.UTF8.GetString(written), Encoding.UTF8.GetString(read!.Serialize()));
    }

    [Fact]
    public void Manifests_of_format_2_have_another_checksum()
    {
        Manifest? read = Manifest.TryParse(WithSha256(Body(Example with { Format = 2 })), out string problem);
        Assert.Equal(string.Empty, problem);
        Assert.Equal(Manifest.CurrentFormat, read!.Format);
        Assert.Equal(Body(Example), Body(read));
    }

    [Fact]
    public void Fields_that_are_not_known_are_skipped()
    {
        string body = "{\"later\":{\"a\":[1,{\"b\":null}]}," + Body(Example)[1..];
        Assert.Equal(Body(Example), Body(Manifest.TryParse(WithSha256(body), out _)!));
    }

    [Theory]
    [InlineData("\"version\":7,\"predecessor\"", "\"predecessor\"", "version is missing")]
    [InlineData("\"kind\":\"BigInt\"", "\"kind\":\"Huge\"", "Huge is no SqlTypeKind")]
    [InlineData("\"nextFileId\":9", "\"nextFileId\":\"9\"", "number")]
    [InlineData("\"schemas\":[", "\"schemas\":{", "")]
    public void What_is_not_a_manifest_is_said(string text, string replacement, string expected)
    {
        string body = Body(Example);
        Assert.Contains(text, body, StringComparison.Ordinal);
        Assert.Null(Manifest.TryParse(WithSha256(body.Replace(text, replacement, StringComparison.Ordinal)), out string problem));
        Assert.NotEqual(string.Empty, problem);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_byte_is_noticed()
    {
        byte[] written = Example.Serialize();
        written[20] ^= 1;
        Assert.Null(Manifest.TryParse(written, out string problem));
        Assert.Equal("its checksum does not match", problem);
    }

    static string Body(Manifest manifest) => Encoding.UTF8.GetString(manifest.Serialize()).Split('\n')[0];

    static byte[] WithSha256(string body) => Encoding.UTF8.GetBytes($"{body}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)))}\n");
}
