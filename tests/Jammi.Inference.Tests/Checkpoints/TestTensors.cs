using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Jammi.Inference.Tests.Checkpoints;

/// <summary>Tensors of a checkpoint that a test makes, by name, and a writer of the safetensors format.</summary>
sealed class TestTensors
{
    readonly Dictionary<string, (long[] Shape, float[] Values)> tensors = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> dtypes = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => tensors.Keys;

    public float[] this[string name] => tensors[name].Values;

    public long[] Shape(string name) => tensors[name].Shape;

    public void Add(string name, long[] shape, float[] values) => tensors[name] = (shape, values);

    public void Remove(string name) => tensors.Remove(name);

    /// <summary>Adds a tensor of random numbers of about this size around a centre.</summary>
    public void AddRandom(Random random, string name, double size, double centre, params long[] shape)
    {
        float[] values = new float[shape.Aggregate(1L, (product, side) => product * side)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(centre + (size * (random.NextDouble() + random.NextDouble() - 1) * 2));
        }

        Add(name, shape, values);
    }

    /// <summary>Adds the weight of [outputs, inputs] and the bias of a linear layer.</summary>
    public void AddLinear(Random random, string prefix, long outputs, long inputs)
    {
        AddRandom(random, prefix + ".weight", 1 / Math.Sqrt(inputs), 0, outputs, inputs);
        AddRandom(random, prefix + ".bias", 0.1, 0, outputs);
    }

    /// <summary>Adds the scale and shift of a norm.</summary>
    public void AddNorm(Random random, string prefix, long width)
    {
        AddRandom(random, prefix + ".weight", 0.2, 1, width);
        AddRandom(random, prefix + ".bias", 0.1, 0, width);
    }

    /// <summary>Renames a tensor; its values stay.</summary>
    public void Rename(string from, string to)
    {
        tensors[to] = tensors[from];
        tensors.Remove(from);
    }

    /// <summary>Stores a tensor as another type than F32: F16, or I64 with its values truncated.</summary>
    public void Retype(string name, string dtype) => dtypes[name] = dtype;

    /// <summary>Reads an F32 file.</summary>
    public static TestTensors Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        int header = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        var result = new TestTensors();
        using JsonDocument document = JsonDocument.Parse(file.AsMemory(8, header));
        foreach (JsonProperty entry in document.RootElement.EnumerateObject().Where(e => e.Name != "__metadata__"))
        {
            Assert.Equal("F32", entry.Value.GetProperty("dtype").GetString());
            int begin = entry.Value.GetProperty("data_offsets")[0].GetInt32();
            int end = entry.Value.GetProperty("data_offsets")[1].GetInt32();
            float[] values = MemoryMarshal.Cast<byte, float>(file.AsSpan(8 + header + begin, end - begin)).ToArray();
            result.Add(entry.Name, [.. entry.Value.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64())], values);
        }

        return result;
    }

    /// <summary>The whole file: header length, header, bytes in the order of the names.</summary>
    public byte[] ToSafeTensors(Func<string, bool>? filter = null)
    {
        var header = new Dictionary<string, object> { ["__metadata__"] = new Dictionary<string, string> { ["format"] = "pt" } };
        using var data = new MemoryStream();
        foreach (string name in tensors.Keys.Where(filter ?? (_ => true)).Order(StringComparer.Ordinal))
        {
            long begin = data.Length;
            string dtype = dtypes.GetValueOrDefault(name, "F32");
            foreach (float value in tensors[name].Values)
            {
                byte[] bytes = dtype switch
                {
                    "F32" => BitConverter.GetBytes(value),
                    "F16" => BitConverter.GetBytes((Half)value),
                    "I64" => BitConverter.GetBytes((long)value),
                    _ => throw new ArgumentException($"no writer for {dtype}"),
                };
                data.Write(bytes);
            }

            header[name] = new { dtype, shape = tensors[name].Shape, data_offsets = new[] { begin, data.Length } };
        }

        byte[] json = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(header));
        byte[] prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, json.Length);
        return [.. prefix, .. json, .. data.ToArray()];
    }
}
