using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Jammi.Tpch;

/// <summary>
/// TPC-H's tables at any scale, always the same rows for the same scale: the cardinalities, keys, value lists and dependencies of the specification (4.2.3),
/// with random numbers and comment texts of its own, so that results are close to but not those of the official generator.
/// </summary>
public sealed class Generator(double scale)
{
    const int BatchRows = 65_536;
    const int OrderKeyRun = 8;
    const int OrderKeyGap = 32;

    static readonly int StartDate = Day(1992, 1, 1);
    static readonly int LastOrderDate = Day(1998, 12, 31) - 151;
    static readonly int CurrentDate = Day(1995, 6, 17);

    readonly int suppliers = Scaled(10_000, scale);
    readonly int parts = Scaled(200_000, scale);
    readonly int customers = Scaled(150_000, scale);
    readonly int orders = Scaled(1_500_000, scale);

    /// <summary>In an order in which references point to tables that are there.</summary>
    public static IReadOnlyList<string> Tables { get; } = ["region", "nation", "supplier", "customer", "part", "partsupp", "orders", "lineitem"];

    /// <summary>The rows of a table, in the order of its key.</summary>
    /// <param name="table">Of <see cref="Tables"/>.</param>
    /// <param name="columns">Those that are wanted, in the table's order; all if null.</param>
    public IEnumerable<RecordBatch> Rows(string table, IReadOnlyCollection<string>? columns = null)
    {
        RowWriter Writer(string all) => CreateWriter(all, columns);
        return table switch
        {
            "region" => InBatches(Words.Regions.Length, Writer("r_regionkey i, r_name t, r_comment t"), WriteRegion),
            "nation" => InBatches(Words.Nations.Length, Writer("n_nationkey i, n_name t, n_regionkey i, n_comment t"), WriteNation),
            "supplier" => InBatches(suppliers, Writer("s_suppkey i, s_name t, s_address t, s_nationkey i, s_phone t, s_acctbal m, s_comment t"), WriteSupplier),
            "customer" => InBatches(customers, Writer("c_custkey i, c_name t, c_address t, c_nationkey i, c_phone t, c_acctbal m, c_mktsegment t, c_comment t"), WriteCustomer),
            "part" => InBatches(parts, Writer("p_partkey i, p_name t, p_mfgr t, p_brand t, p_type t, p_size i, p_container t, p_retailprice m, p_comment t"), WritePart),
            "partsupp" => InBatches(parts, Writer("ps_partkey i, ps_suppkey i, ps_availqty i, ps_supplycost m, ps_comment t"), WriteOffers),
            "orders" => InBatches(orders, Writer("o_orderkey i, o_custkey i, o_orderstatus t, o_totalprice m, o_orderdate d, o_orderpriority t, o_clerk t, o_shippriority i, o_comment t"), WriteOrder),
            "lineitem" => InBatches(orders, Writer("l_orderkey i, l_partkey i, l_suppkey i, l_linenumber i, l_quantity m, l_extendedprice m, l_discount m, l_tax m, l_returnflag t, l_linestatus t, l_shipdate d, l_commitdate d, l_receiptdate d, l_shipinstruct t, l_shipmode t, l_comment t"), WriteLines),
            _ => throw new ArgumentException($"There is no table {table}; the tables are {string.Join(", ", Tables)}."),
        };
    }

    static int Scaled(int count, double scale) => Math.Max(1, (int)Math.Round(count * scale));

    static int Day(int year, int month, int day) => new DateOnly(year, month, day).DayNumber - new DateOnly(1970, 1, 1).DayNumber;

    static string Numbered(string name, int number) => string.Create(CultureInfo.InvariantCulture, $"{name}#{number:000000000}");

    /// <summary>Columns as "name kind": whole number, text, money, day.</summary>
    static RowWriter CreateWriter(string columns, IReadOnlyCollection<string>? wanted) => new(wanted, [.. columns.Split(", ").Select(c => c.Split(' ')).Select(c => (c[0], c[1] switch
    {
        "i" => (IArrowType)Int32Type.Default,
        "m" => RowWriter.Money,
        "d" => Date32Type.Default,
        _ => StringType.Default,
    }))]);

    static IEnumerable<RecordBatch> InBatches(int count, RowWriter writer, Action<int, RowWriter> write)
    {
        for (int i = 0; i < count; i++)
        {
            write(i, writer);
            if (writer.Rows >= BatchRows)
            {
                yield return writer.Take();
            }
        }

        if (writer.Rows > 0)
        {
            yield return writer.Take();
        }
    }

    static string Phone(ref RowRandom random, int nation) => string.Create(
        CultureInfo.InvariantCulture,
        $"{nation + 10}-{random.Between(100, 999)}-{random.Between(100, 999)}-{random.Between(1000, 9999)}");

    static void WriteRegion(int index, RowWriter writer)
    {
        var random = new RowRandom(1, index);
        writer.Add(index).Add(Words.Regions[index]).Add(Words.Comment(ref random, 31, 115)).EndRow();
    }

    static void WriteNation(int index, RowWriter writer)
    {
        var random = new RowRandom(2, index);
        writer.Add(index).Add(Words.Nations[index].Name).Add(Words.Nations[index].Region).Add(Words.Comment(ref random, 31, 114)).EndRow();
    }

    void WriteSupplier(int index, RowWriter writer)
    {
        var random = new RowRandom(3, index);
        int nation = random.Between(0, Words.Nations.Length - 1);
        writer.Add(index + 1).Add(Numbered("Supplier", index + 1)).Add(Words.Address(ref random)).Add(nation).Add(Phone(ref random, nation))
            .AddMoney(random.Between(-99_999, 999_999)).Add(SupplierComment(ref random, index)).EndRow();
    }

    /// <summary>Of every 2,000 suppliers one is complained of and one recommended.</summary>
    static string SupplierComment(ref RowRandom random, int index)
    {
        string comment = Words.Comment(ref random, 25, 100);
        string? opinion = (index % 2_000) switch
        {
            357 => "Customer Complaints",
            1_401 => "Customer Recommends",
            _ => null,
        };
        return opinion is null ? comment : opinion.Length >= comment.Length ? opinion : opinion + comment[opinion.Length..];
    }

    void WriteCustomer(int index, RowWriter writer)
    {
        var random = new RowRandom(4, index);
        int nation = random.Between(0, Words.Nations.Length - 1);
        writer.Add(index + 1).Add(Numbered("Customer", index + 1)).Add(Words.Address(ref random)).Add(nation).Add(Phone(ref random, nation))
            .AddMoney(random.Between(-99_999, 999_999)).Add(random.OneOf(Words.Segments)).Add(Words.Comment(ref random, 29, 116)).EndRow();
    }

    void WritePart(int index, RowWriter writer)
    {
        var random = new RowRandom(5, index);
        int key = index + 1;
        string name = string.Join(' ', Enumerable.Range(0, 5).Select(_ => random.OneOf(Words.Colors)));
        int maker = random.Between(1, 5);
        writer.Add(key).Add(name).Add($"Manufacturer#{maker}").Add($"Brand#{maker}{random.Between(1, 5)}")
            .Add($"{random.OneOf(Words.TypeSizes)} {random.OneOf(Words.TypeFinishes)} {random.OneOf(Words.TypeMetals)}").Add(random.Between(1, 50))
            .Add($"{random.OneOf(Words.ContainerSizes)} {random.OneOf(Words.ContainerKinds)}").AddMoney(RetailPrice(key)).Add(Words.Comment(ref random, 5, 22)).EndRow();
    }

    static long RetailPrice(int partKey) => 90_000 + (partKey / 10 % 20_001) + (100L * (partKey % 1_000));

    /// <summary>The supplier of a part's offer 0 … 3.</summary>
    int SupplierOf(int partKey, int offer) => (int)((partKey + (offer * ((suppliers / 4L) + ((partKey - 1) / suppliers)))) % suppliers) + 1;

    void WriteOffers(int index, RowWriter writer)
    {
        var random = new RowRandom(6, index);
        int part = index + 1;
        // With very few suppliers two offers of a part may meet; the key of the table allows one.
        foreach (int supplier in Enumerable.Range(0, 4).Select(offer => SupplierOf(part, offer)).Distinct())
        {
            writer.Add(part).Add(supplier).Add(random.Between(1, 9_999)).AddMoney(random.Between(100, 100_000)).Add(Words.Comment(ref random, 49, 198)).EndRow();
        }
    }

    /// <summary>Eight keys of every 32 are used.</summary>
    static int OrderKey(int index) => (index / OrderKeyRun * OrderKeyGap) + (index % OrderKeyRun) + 1;

    void WriteOrder(int index, RowWriter writer)
    {
        var random = new RowRandom(7, index);
        int customer;
        do
        {
            customer = random.Between(1, customers);
        }
        while (customer % 3 == 0 && customers > 3);

        Line[] lines = Lines(index, out int orderDate);
        long total = lines.Sum(l => (long)Math.Round(l.Price * (100.0 + l.Tax) * (100.0 - l.Discount) / 10_000));
        int open = lines.Count(l => l.ShipDate > CurrentDate);
        writer.Add(OrderKey(index)).Add(customer).Add(open == 0 ? "F" : open == lines.Length ? "O" : "P").AddMoney(total).AddDay(orderDate)
            .Add(random.OneOf(Words.Priorities)).Add(Numbered("Clerk", random.Between(1, Math.Max(1, suppliers / 10)))).Add(0).Add(Words.Comment(ref random, 19, 78)).EndRow();
    }

    void WriteLines(int index, RowWriter writer)
    {
        Line[] lines = Lines(index, out int orderDate);
        var random = new RowRandom(9, index);
        for (int i = 0; i < lines.Length; i++)
        {
            Line line = lines[i];
            int received = line.ShipDate + random.Between(1, 30);
            string returned = received > CurrentDate ? "N" : random.Between(0, 1) == 0 ? "R" : "A";
            writer.Add(OrderKey(index)).Add(line.Part).Add(line.Supplier).Add(i + 1).AddMoney(line.Quantity * 100L).AddMoney(line.Price).AddMoney(line.Discount).AddMoney(line.Tax)
                .Add(returned).Add(line.ShipDate > CurrentDate ? "O" : "F").AddDay(line.ShipDate).AddDay(orderDate + random.Between(30, 90)).AddDay(received)
                .Add(random.OneOf(Words.Instructions)).Add(random.OneOf(Words.Modes)).Add(Words.Comment(ref random, 10, 43)).EndRow();
        }
    }

    /// <summary>What an order's lines and its own columns must agree on.</summary>
    Line[] Lines(int index, out int orderDate)
    {
        var random = new RowRandom(8, index);
        orderDate = random.Between(StartDate, LastOrderDate);
        var lines = new Line[random.Between(1, 7)];
        for (int i = 0; i < lines.Length; i++)
        {
            int part = random.Between(1, parts);
            int quantity = random.Between(1, 50);
            lines[i] = new(part, SupplierOf(part, random.Between(0, 3)), quantity, quantity * RetailPrice(part), random.Between(0, 10), random.Between(0, 8), orderDate + random.Between(1, 121));
        }

        return lines;
    }

    /// <summary>Discount and tax in hundredths.</summary>
    readonly record struct Line(int Part, int Supplier, int Quantity, long Price, int Discount, int Tax, int ShipDate);
}
