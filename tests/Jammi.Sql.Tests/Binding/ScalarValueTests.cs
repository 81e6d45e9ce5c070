using Jammi.Sql.Types;

namespace Jammi.Sql.Tests.Binding;

public class ScalarValueTests
{
    [Fact]
    public void Equal_values_have_one_hash()
    {
        Same(SqlType.Blob, new byte[] { 1, 2 }, new byte[] { 1, 2 });
        Same(SqlType.Vector(2), new[] { 0f, 1f }, new[] { -0f, 1f });
        Same(SqlType.Text, "a", "a");
        Same(SqlType.List(SqlType.Integer), new object?[] { 1, null }, new object?[] { 1, null });
    }

    /// <summary>Pictures of one size must not share a bucket: a dictionary of them would compare each with all others.</summary>
    [Fact]
    public void Blobs_and_vectors_of_one_length_have_different_hashes()
    {
        Assert.Equal(100, Enumerable.Range(0, 100).Select(i => ScalarValue.From(SqlType.Blob, new byte[] { 7, (byte)i }).GetHashCode()).Distinct().Count());
        Assert.Equal(100, Enumerable.Range(0, 100).Select(i => ScalarValue.From(SqlType.Vector(1), new float[] { i }).GetHashCode()).Distinct().Count());
    }

    static void Same(SqlType type, object a, object b)
    {
        ScalarValue first = ScalarValue.From(type, a);
        ScalarValue second = ScalarValue.From(type, b);
        Assert.Equal(first, second);
        Assert.Equal(first.GetHashCode(), second.GetHashCode());
    }
}
