using System.Numerics.Tensors;

namespace Jammi.Data;

/// <summary>The .NET types that a vector can be read as.</summary>
static class VectorForms
{
    /// <summary>A vector of halves as it is stored; null where that type is not made of halves, so that it is read as floats.</summary>
    public static object? OfHalves(ReadOnlySpan<Half> vector, Type wanted)
    {
        if (wanted == typeof(Half[]) || wanted == typeof(object))
        {
            return vector.ToArray();
        }

        return wanted == typeof(ReadOnlyMemory<Half>) ? (object)new ReadOnlyMemory<Half>(vector.ToArray()) : null;
    }

    /// <summary>The vector as that type, or null where it has no form in it.</summary>
    public static object? Convert(ReadOnlySpan<float> vector, Type wanted)
    {
        if (wanted == typeof(float[]) || wanted == typeof(object) || wanted == typeof(IReadOnlyList<float>) || wanted == typeof(IEnumerable<float>) || wanted == typeof(IList<float>))
        {
            return vector.ToArray();
        }

        if (wanted == typeof(ReadOnlyMemory<float>))
        {
            return new ReadOnlyMemory<float>(vector.ToArray());
        }

        if (wanted == typeof(Memory<float>))
        {
            return new Memory<float>(vector.ToArray());
        }

        if (wanted == typeof(List<float>))
        {
            var list = new List<float>(vector.Length);
            list.AddRange(vector);
            return list;
        }

        if (wanted == typeof(Half[]))
        {
            var halves = new Half[vector.Length];
            TensorPrimitives.ConvertToHalf(vector, halves);
            return halves;
        }

        if (wanted == typeof(double[]))
        {
            var doubles = new double[vector.Length];
            TensorPrimitives.ConvertChecked(vector, doubles);
            return doubles;
        }

        return null;
    }
}
