package io.rdsboot.diagnostics;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

import io.rdsboot.diagnostics.report.Finding;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of which index another one makes superfluous. The cases are those of the fixtures
 * of pg-index-health, and more; the comments tell which its checks "duplicated" and
 * "intersected" report.
 */
class SuperfluousIndexTests {

	private static LocalRdsCluster cluster;

	private static DiagnosedCluster diagnosed;

	@BeforeAll
	static void start() {
		cluster = LocalRdsCluster.builder().readers(0).extensions("vector").start();
		diagnosed = new DiagnosedCluster(cluster, (builder) -> {
		});
	}

	@AfterAll
	static void stop() throws SQLException {
		diagnosed.close();
		cluster.close();
	}

	@BeforeEach
	void createTables() throws SQLException {
		diagnosed.application("CREATE SCHEMA shop",
				"CREATE TABLE shop.item (id int PRIMARY KEY, a text, b text, n numeric, v vector(3), deleted boolean)",
				"CREATE TABLE shop.event (id int, at date, a text) PARTITION BY RANGE (at)",
				"CREATE TABLE shop.event_default PARTITION OF shop.event DEFAULT");
	}

	@AfterEach
	void dropTables() throws SQLException {
		diagnosed.application("DROP SCHEMA shop CASCADE");
	}

	@ParameterizedTest
	@MethodSource("cases")
	void superfluousIndexesAreFound(Case indexes) throws SQLException {
		diagnosed.application(indexes.statements().toArray(String[]::new));
		assertThat(diagnosed.alarms("indexes", "duplicate-indexes")).extracting(Finding::subject)
			.containsExactlyInAnyOrderElementsOf(indexes.superfluous());
	}

	@ParameterizedTest
	@MethodSource("cases")
	void statementsThatAreSuggestedLeaveNoneThatIsSuperfluous(Case indexes) throws SQLException {
		diagnosed.application(indexes.statements().toArray(String[]::new));
		for (Finding finding : diagnosed.alarms("indexes", "duplicate-indexes")) {
			diagnosed.application(finding.statement());
		}
		assertThat(diagnosed.alarms("indexes", "duplicate-indexes")).isEmpty();
	}

	@Test
	void partitionedIndexHasTheSizeOfItsPartitions() throws SQLException {
		diagnosed.application(
				"INSERT INTO shop.event SELECT i, '2026-01-01', 'a' || i FROM generate_series(1, 40000) i",
				"CREATE INDEX one ON shop.event (id)", "CREATE INDEX two ON shop.event (id)");
		assertThat(diagnosed.alarms("indexes", "duplicate-indexes")).singleElement().satisfies((finding) -> {
			assertThat(finding.message()).containsPattern("takes \\d+ kB");
			assertThat(finding.action()).contains("lock_timeout");
		});
	}

	static Stream<Case> cases() {
		return Stream.of(
				// Both find them.
				new Case("the same twice", List.of("two"), on("one", "(a)"), on("two", "(a)")),
				new Case("a constraint and its columns", List.of("one"), on("one", "(id)")),
				new Case("unique beside plain", List.of("one"), on("one", "(a)"),
						"CREATE UNIQUE INDEX two ON shop.item (a)"),
				new Case("beginning of another", List.of("one"), on("one", "(a)"), on("two", "(a, b)")),
				new Case("beginning of another, both partial", List.of("one"), on("one", "(a) WHERE NOT deleted"),
						on("two", "(a, n) WHERE NOT deleted")),
				new Case("beginning of an expression index", List.of("one"), on("one", "(a)"),
						on("two", "(a, lower(b))")),
				new Case("beginning of another, with the same expression", List.of("one"), on("one", "(lower(a))"),
						on("two", "(lower(a), b, upper(b))")),
				new Case("the key, with more columns included", List.of("one"), on("one", "(a)"),
						on("two", "(a) INCLUDE (b)")),
				new Case("the reverse order", List.of("two"), on("one", "(a, b DESC)"), on("two", "(a DESC, b)")),
				new Case("partitioned, the same twice and a beginning", List.of("one", "two"),
						"CREATE INDEX one ON shop.event (a)", "CREATE INDEX two ON shop.event (a)",
						"CREATE INDEX three ON shop.event (a, id)"),
				new Case("vectors, the same twice", List.of("two"), on("one", "USING hnsw (v vector_l2_ops)"),
						on("two", "USING hnsw (v vector_l2_ops)")),
				// Only these diagnostics find them.
				new Case("an included column that is a key of the other one", List.of("one"),
						on("one", "(a) INCLUDE (b)"), on("two", "(a, b)")),
				new Case("a partition's own beside that of its table", List.of("own"),
						"CREATE INDEX one ON shop.event (a)", "CREATE INDEX own ON shop.event_default (a)"),
				new Case("an included column that is the last of the other one", List.of("one"),
						on("one", "(a) INCLUDE (n)"), on("two", "(a, b, n)")),
				// Only pg-index-health reports them: dropping one would slow queries down
				// or
				// allow what is not allowed now.
				new Case("vectors, other storage parameters", List.of(), on("one", "USING hnsw (v vector_l2_ops)"),
						on("two", "USING hnsw (v vector_l2_ops) WITH (m = 32)")),
				new Case("order of nulls", List.of(), on("one", "(a)"), on("two", "(a NULLS FIRST)")),
				new Case("another order of one column", List.of(), on("one", "(a, b)"), on("two", "(a, b DESC)")),
				new Case("hash beside B-tree", List.of(), on("one", "USING hash (a)"), on("two", "(a, b)")),
				new Case("unique beginning", List.of(), "CREATE UNIQUE INDEX one ON shop.item (a)",
						on("two", "(a, b)")),
				new Case("unique beside a deferrable constraint", List.of(), "CREATE UNIQUE INDEX one ON shop.item (a)",
						"ALTER TABLE shop.item ADD CONSTRAINT late UNIQUE (a) DEFERRABLE"),
				// Neither reports them.
				new Case("vectors, cosine and L2", List.of(), on("one", "USING hnsw (v vector_cosine_ops)"),
						on("two", "USING hnsw (v vector_l2_ops)")),
				new Case("vectors, halfvec and bit", List.of(),
						on("one", "USING hnsw ((v::halfvec(3)) halfvec_cosine_ops)"),
						on("two", "USING hnsw ((binary_quantize(v)::bit(3)) bit_hamming_ops)")),
				new Case("another operator class", List.of(), on("one", "(a)"), on("two", "(a text_pattern_ops)")),
				new Case("another collation", List.of(), on("one", "(a)"), on("two", "(a COLLATE \"C\")")),
				new Case("other expressions", List.of(), on("one", "(lower(a))"), on("two", "(upper(a))")),
				new Case("partial beside whole", List.of(), on("one", "(a)"), on("two", "(a) WHERE NOT deleted")),
				new Case("the columns in another order", List.of(), on("one", "(a, b)"), on("two", "(b, a)")),
				new Case("inherited, one on each table", List.of(), on("one", "(a)"),
						"CREATE TABLE shop.special () INHERITS (shop.item)", "CREATE INDEX two ON shop.special (a)"));
	}

	private static String on(String index, String definition) {
		String key = definition.startsWith("USING") ? definition : "USING btree " + definition;
		return "CREATE INDEX %s ON shop.item %s".formatted(index, key);
	}

	/**
	 * Indexes, and which of them is to be reported.
	 *
	 * @param description what they are
	 * @param superfluous the subjects of the findings
	 * @param statements what creates them
	 */
	record Case(String description, List<String> superfluous, List<String> statements) {

		Case(String description, List<String> superfluous, String... statements) {
			this(description, superfluous.stream().map("shop."::concat).toList(), List.of(statements));
		}

		@Override
		public String toString() {
			return this.description;
		}

	}

}
