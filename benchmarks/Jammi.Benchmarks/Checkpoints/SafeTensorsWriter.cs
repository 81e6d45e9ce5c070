using System.Runtime.InteropServices;
using System.Text.Json;

namespace Jammi.Benchmarks.Checkpoints;

/// <summary>Writes a safetensors file of F32 tensors: eight bytes of header length, the header as JSON, then the values.</summary>
static class SafeTensorsWriter
{
    public static void Write(string path, IReadOnlyList<RandomTensor> tensors)
    {
        long offset = 0;
        var header = new Dictionary<string, object>();
        foreach (RandomTensor tensor in tensors)
        {
            long end = offset + (tensor.Elements * sizeof(float));
            header[tensor.Name] = new { dtype = "F32", shape = tensor.Shape, data_offsets = new[] { offset, end } };
            offset = end;
        }

        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header);
        int padding = (8 - (json.Length % 8)) % 8;
        using FileStream file = File.Create(path);
        file.Write(BitConverter.GetBytes((long)json.Length + padding));
        file.Write(json);
        file.Write("        "u8[..padding]);
        foreach (RandomTensor tensor in tensors)
        {
            file.Write(MemoryMarshal.AsBytes<float>(tensor.Values()));
        }
    }
}

/// <summary>A tensor of normally distributed values around <paramref name="Mean"/>.</summary>
sealed record RandomTensor(string Name, double Mean, double Deviation, Random Random, params int[] Shape)
{
    public long Elements => Shape.Aggregate(1L, (product, side) => product * side);

    public float[] Values()
    {
        float[] values = new float[Elements];
        for (int i = 0; i < values.Length; i += 2)
        {
            // Box and Muller's pair.
            double radius = Math.Sqrt(-2 * Math.Log(1 - Random.NextDouble()));
            (double sine, double cosine) = Math.SinCos(2 * Math.PI * Random.NextDouble());
            values[i] = (float)(Mean + (Deviation * radius * cosine));
            if (i + 1 < values.Length)
            {
                values[i + 1] = (float)(Mean + (Deviation * radius * sine));
            }
        }

        return values;
    }
}
