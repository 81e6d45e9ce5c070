namespace Jammi.Benchmarks.Tpch;

/// <summary>Queries over TPC-H's tables that are mostly one operator each.</summary>
static class OperatorQueries
{
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["sort numbers"] = "SELECT l_orderkey, l_extendedprice FROM lineitem ORDER BY l_extendedprice, l_orderkey",
        ["sort texts"] = "SELECT l_comment, l_orderkey FROM lineitem ORDER BY l_comment, l_orderkey",
        ["distinct, few"] = "SELECT count(*) FROM (SELECT DISTINCT l_returnflag, l_shipmode, l_linenumber FROM lineitem) t",
        ["distinct, many"] = "SELECT count(*) FROM (SELECT DISTINCT l_orderkey, l_partkey FROM lineitem) t",
        ["union"] = "SELECT count(*) FROM (SELECT l_partkey, l_suppkey FROM lineitem UNION SELECT ps_partkey, ps_suppkey FROM partsupp) t",
        ["intersect"] = "SELECT count(*) FROM (SELECT l_partkey, l_suppkey FROM lineitem INTERSECT SELECT ps_partkey, ps_suppkey FROM partsupp) t",
        ["except"] = "SELECT count(*) FROM (SELECT o_orderkey, o_custkey FROM orders EXCEPT SELECT l_orderkey, l_partkey FROM lineitem) t",
        ["except all"] = "SELECT count(*) FROM (SELECT l_partkey, l_suppkey FROM lineitem EXCEPT ALL SELECT ps_partkey, ps_suppkey FROM partsupp) t",
        ["window, numbered"] = "SELECT sum(r) FROM (SELECT row_number() OVER (PARTITION BY l_suppkey ORDER BY l_shipdate) AS r FROM lineitem) t",
        ["window, running sum"] = "SELECT max(s) FROM (SELECT sum(l_quantity) OVER (PARTITION BY l_partkey ORDER BY l_shipdate, l_orderkey, l_linenumber) AS s FROM lineitem) t",
        ["window, one partition"] = "SELECT sum(r) FROM (SELECT rank() OVER (ORDER BY l_shipdate) AS r FROM lineitem) t",
        ["window, whole partition"] = "SELECT sum(m) FROM (SELECT max(l_quantity) OVER (PARTITION BY l_orderkey) AS m FROM lineitem) t",
    };
}
