using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Jammi.Inference.Checkpoints;

namespace Jammi.Inference.Tests.Checkpoints;

/// <summary>A file from anywhere is checked before its offsets are used: an error says which rule of the format it breaks.</summary>
public sealed class SafeTensorsHeaderTests
{
    const string Whole = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F16","shape":[1,2],"data_offsets":[8,12]}}""";

    [Fact]
    public void A_whole_file_gives_its_tensors_with_their_place_in_the_file()
    {
        using var folder = new TemporaryFolder();
        SafeTensorsFile file = Open(folder, File(Whole, 12));
        TensorInfo b = file.Find("b")!;
        Assert.Equal([1L, 2L], b.Shape);
        Assert.Equal(8 + Whole.Length + 8, b.Offset);
        Assert.Equal(4, b.Length);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "needs 12 bytes, but has 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "tensors a and b overlap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}}""", 16, "4 bytes of no tensor between a and b")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 12, "4 bytes of no tensor after a")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "tensor a ends at byte 8 of the data, but there are 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "data_offsets [8,0]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", 8, "data_offsets [-8,0]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,18446744073709551615]}}""", 8, "data_offsets [0,18446744073709551615]")]
    [InlineData("""{"a":{"dtype":"Q4_K","shape":[2],"data_offsets":[0,8]}}""", 8, "unknown type Q4_K")]
    [InlineData("""{"a":{"dtype":"3","shape":[8],"data_offsets":[0,8]}}""", 8, "unknown type 3")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""", 16, "tensor a occurs twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}""", 8, "the side -1")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}}""", 8, "the side 1.5")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,8]}}""", 8, "more elements than a file can hold")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", 8, "lacks dtype, shape or data_offsets")]
    [InlineData("""[1, 2]""", 0, "not a JSON object")]
    [InlineData("""{"a":""", 0, "not JSON")]
    public void A_broken_rule_is_named(string header, int dataLength, string expected) => Assert.Contains(expected, Refusal(File(header, dataLength)), StringComparison.Ordinal);

    [Theory]
    [InlineData(1UL << 60)]
    [InlineData(ulong.MaxValue)]
    [InlineData(1_000UL)]
    public void A_header_longer_than_the_file_is_refused_before_it_is_read(ulong length)
    {
        byte[] file = File(Whole, 12);
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        Assert.Contains($"its header claims {length} bytes", Refusal(file), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_no_text_is_refused()
    {
        byte[] file = File(Whole, 12);
        file[10] = 0xB1;
        Assert.Contains("not Unicode text", Refusal(file), StringComparison.Ordinal);
        Assert.Contains("not Unicode text", Refusal(File(Whole.Replace("\"a\"", "\"\\ud800\"", StringComparison.Ordinal), 12)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_no_bytes_is_refused() => Assert.Contains("it has 0 bytes", Refusal([]), StringComparison.Ordinal);

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("no-such.safetensors", Assert.Throws<InferenceException>(() => SafeTensorsFile.Open("no-such.safetensors")).Message, StringComparison.Ordinal);

    /// <summary>Whatever bytes change or are cut off: the file is read with all its tensors inside it, or refused; it never ends in another exception.</summary>
    [Fact]
    public void Damage_is_an_error_and_never_a_crash()
    {
        using var folder = new TemporaryFolder();
        byte[] whole = File(Whole, 12);
        Gen<(int Length, (int At, byte Value)[] Changes)> damage = Gen.Select(Gen.Int[0, whole.Length], Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Array[0, 4]);
        damage.Sample(
            d =>
            {
                byte[] file = [.. whole];
                foreach ((int at, byte value) in d.Changes)
                {
                    file[at] = value;
                }

                byte[] cut = file[..d.Length];
                try
                {
                    SafeTensorsFile read = Open(folder, cut);
                    Assert.All(read.Tensors, t => Assert.InRange(t.Offset + t.Length, 8, cut.Length));
                }
                catch (InferenceException error)
                {
                    Assert.Equal(InferenceError.InvalidModel, error.Error);
                }
            },
            iter: 2_000,
            threads: 1);
    }

    static byte[] File(string header, int dataLength)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] file = new byte[8 + json.Length + dataLength];
        BinaryPrimitives.WriteInt64LittleEndian(file, json.Length);
        json.CopyTo(file, 8);
        return file;
    }

    static SafeTensorsFile Open(TemporaryFolder folder, byte[] bytes)
    {
        folder.Write("weights.safetensors", bytes);
        return SafeTensorsFile.Open(Path.Combine(folder.Path, "weights.safetensors"));
    }

    static string Refusal(byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        InferenceException error = Assert.Throws<InferenceException>(() => Open(folder, bytes));
        Assert.Equal(InferenceError.InvalidModel, error.Error);
        return error.Message;
    }
}
