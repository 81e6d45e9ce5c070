using System.Numerics;

namespace Jammi.Sql.Functions.Aggregates;

/// <summary>
/// Estimates the number of distinct 64-bit hashes (Flajolet, Fusy, Gandouet, Meunier 2007): the longest run of leading zeros in each of 4,096
/// buckets, with a standard error of 1.6 %. Up to a few hundred hashes are kept as they are and counted exactly.
/// </summary>
internal sealed class HyperLogLog
{
    const int Precision = 12;
    const int Buckets = 1 << Precision;
    const int ExactLimit = 512;
    const double Bias = 0.7213 / (1 + (1.079 / Buckets));

    HashSet<ulong>? exact = [];
    byte[] registers = [];

    /// <summary>About what it holds: an entry of the set takes as much as three numbers.</summary>
    public int Bytes => exact is null ? Buckets : exact.Count * 3 * sizeof(ulong);

    public void Add(ulong hash)
    {
        if (exact is null)
        {
            Register(hash);
            return;
        }

        exact.Add(hash);
        if (exact.Count > ExactLimit)
        {
            Condense();
        }
    }

    public void Add(HyperLogLog other)
    {
        if (other.exact is { } hashes)
        {
            foreach (ulong hash in hashes)
            {
                Add(hash);
            }

            return;
        }

        Condense();
        for (int i = 0; i < Buckets; i++)
        {
            registers[i] = Math.Max(registers[i], other.registers[i]);
        }
    }

    public long Estimate()
    {
        if (exact is not null)
        {
            return exact.Count;
        }

        double sum = 0;
        int empty = 0;
        foreach (byte register in registers)
        {
            sum += Math.ScaleB(1, -register);
            empty += register == 0 ? 1 : 0;
        }

        // Few values leave buckets empty, whose number tells more than their runs.
        double estimate = Bias * Buckets * Buckets / sum;
        return (long)Math.Round(estimate <= 2.5 * Buckets && empty > 0 ? Buckets * Math.Log(Buckets / (double)empty) : estimate);
    }

    void Condense()
    {
        if (exact is not { } hashes)
        {
            return;
        }

        exact = null;
        registers = new byte[Buckets];
        foreach (ulong hash in hashes)
        {
            Register(hash);
        }
    }

    void Register(ulong hash)
    {
        ref byte register = ref registers[hash >> (64 - Precision)];
        register = Math.Max(register, (byte)(BitOperations.LeadingZeroCount((hash << Precision) | (1UL << (Precision - 1))) + 1));
    }
}
