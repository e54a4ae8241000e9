package io.rdsboot.test;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.StringJoiner;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.rdsboot.test.QueryPlanAssert.assertThatPlan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link QueryPlanAssert} on plans of a real server.
 */
@LocalRds(readers = 0)
class QueryPlanAssertTests {

	private static final String NEAREST = "SELECT id FROM items ORDER BY embedding <=> '[1,2,3]' LIMIT 5";

	private static LocalRdsCluster cluster;

	@BeforeAll
	static void createTables() throws SQLException {
		try (Connection connection = connect(); Statement statement = connection.createStatement()) {
			statement.execute(
					"""
							CREATE EXTENSION vector;
							CREATE TABLE items (id bigint PRIMARY KEY, tenant text, year integer, embedding vector(3));
							INSERT INTO items SELECT i, 'tenant ' || i % 500, i % 100, ARRAY[random(), random(), random()]::vector
							FROM generate_series(1, 5000) i;
							CREATE INDEX items_embedding ON items USING hnsw (embedding vector_cosine_ops);
							CREATE INDEX items_tenant ON items (tenant);
							CREATE INDEX items_year ON items (year);
							CREATE SCHEMA other;
							CREATE TABLE other."The ""Items"".on" AS SELECT * FROM items;
							CREATE INDEX "by distance (x)" ON other."The ""Items"".on" USING hnsw (embedding vector_l2_ops)""");
			statement.execute("VACUUM ANALYZE");
		}
	}

	@Test
	void nearestNeighboursAreOrderedByTheVectorIndex() throws SQLException {
		assertThatPlan(explain("EXPLAIN", NEAREST)).isOrderedByIndex()
			.isOrderedByIndex("items_embedding")
			.usesIndex("items_embedding")
			.doesNotScanSequentially("items");
	}

	@ParameterizedTest
	@ValueSource(strings = { "EXPLAIN", "EXPLAIN (COSTS OFF)", "EXPLAIN ANALYZE", "EXPLAIN VERBOSE",
			"EXPLAIN (ANALYZE, BUFFERS, VERBOSE, SETTINGS, WAL)" })
	void planOfAnyDetailIsUnderstood(String explain) throws SQLException {
		String search = """
				WITH nearest AS MATERIALIZED (SELECT found.* FROM (SELECT 1 AS one) settings CROSS JOIN LATERAL
				(SELECT t.id, t.embedding <=> '[1,2,3]' AS distance FROM items t
				WHERE t.tenant <> '->  Seq Scan on items' AND settings.one = 1 ORDER BY distance LIMIT 5) found)
				SELECT * FROM nearest WHERE distance < 0.5 ORDER BY distance, id""";
		assertThatPlan(explain(explain, search)).isOrderedByIndex("items_embedding").doesNotScanSequentially("items");
	}

	@Test
	void nameThatNeedsQuotesIsGivenWithoutThem() throws SQLException {
		String search = """
				SELECT id FROM other."The ""Items"".on" ORDER BY embedding <-> '[1,2,3]' LIMIT 5""";
		for (String explain : new String[] { "EXPLAIN", "EXPLAIN VERBOSE" }) {
			assertThatPlan(explain(explain, search)).isOrderedByIndex("by distance (x)")
				.doesNotScanSequentially("The \"Items\".on");
		}
		assertFails(
				() -> assertThatPlan(explain("EXPLAIN VERBOSE", "SELECT * FROM other.\"The \"\"Items\"\".on\""))
					.doesNotScanSequentially("The \"Items\".on"),
				"not to scan table \"The \"Items\".on\" sequentially");
	}

	@Test
	void indexOfABitmapScanIsUsedButOrdersNothing() throws SQLException {
		String plan = explain("EXPLAIN", "SELECT * FROM items WHERE tenant = 'tenant 7' OR year = 7");
		assertThatPlan(plan).usesIndex("items_tenant").usesIndex("items_year").doesNotScanSequentially("items");
		assertFails(() -> assertThatPlan(plan).isOrderedByIndex(), "but it takes it from none.");
	}

	@Test
	void indexOnlyScanBackwardUsesTheIndexWithoutAnOperator() throws SQLException {
		String plan = explain("EXPLAIN", "SELECT year FROM items ORDER BY year DESC LIMIT 3");
		assertThat(plan).contains("Index Only Scan Backward");
		assertThatPlan(plan).usesIndex("items_year").doesNotScanSequentially("items");
		assertFails(() -> assertThatPlan(plan).isOrderedByIndex(), "but it takes it from none.");
		assertFails(() -> assertThatPlan(plan).isOrderedByIndex("items_year"), "but it takes it from none.");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "embedding <-> '[1,2,3]'", "1 - (embedding <=> '[1,2,3]')", "embedding <=> '[1,2,3]' DESC" })
	void orderThatTheIndexDoesNotServeFails(String order) throws SQLException {
		String plan = explain("EXPLAIN", "SELECT id FROM items ORDER BY " + order + " LIMIT 5");
		assertFails(() -> assertThatPlan(plan).isOrderedByIndex(), "to take the order of rows from an index");
		assertFails(() -> assertThatPlan(plan).isOrderedByIndex("items_embedding"),
				"to take the order of rows from index \"items_embedding\"");
		assertFails(() -> assertThatPlan(plan).usesIndex("items_embedding"), "but it uses none");
		assertFails(() -> assertThatPlan(plan).doesNotScanSequentially("items"),
				"not to scan table \"items\" sequentially");
	}

	@Test
	void parallelScanIsSequentialToo() throws SQLException {
		String plan = explain(
				"SET min_parallel_table_scan_size = 0; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; EXPLAIN",
				"SELECT count(*) FROM items WHERE id % 7 = 3");
		assertThat(plan).contains("Parallel Seq Scan");
		assertFails(() -> assertThatPlan(plan).doesNotScanSequentially("items"),
				"not to scan table \"items\" sequentially");
	}

	@Test
	void failureShowsThePlanAndWhatToCheck() {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThatPlan("""
				Limit
				  ->  Sort
				        Sort Key: ((embedding <=> '[1,2,3]'::vector))
				        ->  Bitmap Heap Scan on items
				              Recheck Cond: (tenant = '100%s'::text)
				              ->  Bitmap Index Scan on items_tenant
				                    Index Cond: (tenant = '100%s'::text)
				""").usesIndex("items_embedding")).withMessage("""

				Expecting plan:

				  Limit
				    ->  Sort
				          Sort Key: ((embedding <=> '[1,2,3]'::vector))
				          ->  Bitmap Heap Scan on items
				                Recheck Cond: (tenant = '100%s'::text)
				                ->  Bitmap Index Scan on items_tenant
				                      Index Cond: (tenant = '100%s'::text)

				to use index "items_embedding", but it uses "items_tenant".
				Check that:
				- the index exists and is valid (pg_index.indisvalid)
				- the condition is written on the very column or expression that the index is on, without a cast
				- the table has rows enough for an index to be worth it, and was analyzed after they were written""");
	}

	@Test
	void tableThatThePlanDoesNotReadFails() throws SQLException {
		assertFails(() -> assertThatPlan(explain("EXPLAIN", NEAREST)).doesNotScanSequentially("item"),
				"to read table \"item\", but it reads \"items\"");
	}

	@Test
	void planWhenNotTextFails() throws SQLException {
		for (String format : new String[] { "JSON", "YAML", "XML" }) {
			String plan = explain("EXPLAIN (FORMAT %s)".formatted(format), NEAREST);
			assertFails(() -> assertThatPlan(plan).isOrderedByIndex(), "Expecting the text of EXPLAIN (FORMAT TEXT)");
		}
		assertFails(() -> assertThatPlan("").isOrderedByIndex(), "Expecting the text of EXPLAIN (FORMAT TEXT)");
		assertFails(() -> assertThatPlan(null).isOrderedByIndex(), "Expecting actual not to be null");
	}

	private static void assertFails(ThrowingCallable assertion, String message) {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(assertion).withMessageContaining(message);
	}

	private static String explain(String explain, String query) throws SQLException {
		try (Connection connection = connect(); Statement statement = connection.createStatement()) {
			boolean found = statement.execute(explain + " " + query);
			while (!found) {
				found = statement.getMoreResults();
			}
			StringJoiner plan = new StringJoiner("\n");
			try (ResultSet rows = statement.getResultSet()) {
				while (rows.next()) {
					plan.add(rows.getString(1));
				}
			}
			return plan.toString();
		}
	}

	private static Connection connect() throws SQLException {
		return DriverManager.getConnection(cluster.writer().jdbcUrl(), cluster.username(), cluster.password());
	}

}
