package io.rdsboot.vector.schema;

import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.rdsboot.vector.AbstractVectorDatabaseTests;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.ElementType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link VectorSchema#migrate} on PostgreSQL.
 */
@Timeout(60)
class VectorSchemaTests extends AbstractVectorDatabaseTests {

	private static final String OWN_ROWS = "\"who\" = NULLIF(current_setting('rdsboot.tenant', true), '')::text";

	private static final String NO_SUCH_VECTORS = "-- such vectors cannot be made of those that are there: "
			+ "declare another column or table, and embed the contents anew";

	private final VectorSchema schema = new VectorSchema(jdbc);

	@BeforeEach
	void dropTable() {
		jdbc.execute("DROP TABLE IF EXISTS documents CASCADE");
		jdbc.execute("DROP SCHEMA IF EXISTS \"New schema\" CASCADE");
	}

	@Test
	void tableWhenMissingIsCreatedInASchemaThatIsMissingToo() {
		VectorTable table = VectorTable.builder("new \"table\"").schema("New schema").dimensions(3).build();
		this.schema.migrate(table);
		this.schema.validate(table);
		this.schema.migrate(table);
		assertThat(jdbc.queryForObject("SELECT count(*) FROM \"New schema\".\"new \"\"table\"\"\"", Integer.class))
			.isZero();
	}

	@Test
	void tableWhenCreatedKeepsLargeVectorsInTheirRows() {
		this.schema.migrate(VectorTable.builder("documents").dimensions(1536).build());
		jdbc.execute("""
				INSERT INTO documents (id, embedding, content)
				SELECT gen_random_uuid(), array_fill(1, '{1536}')::vector, string_agg(md5(n::text), ' ')
				FROM generate_series(1, 40) n""");
		assertThat(jdbc.queryForObject("""
				SELECT pg_relation_size(reltoastrelid) FROM pg_class WHERE oid = 'documents'::regclass""", Long.class))
			.isZero();
	}

	@Test
	void tableWhenMissingIsCreatedWithAllThatIsDeclared() {
		this.schema.migrate(everything().build());
		assertThat(columns()).containsExactly("id uuid not null", "embedding vector(3) not null", "content text",
				"metadata jsonb not null", "h halfvec(4)", "b bit(8)", "s sparsevec(1000000)", "k0 text", "k1 integer",
				"k2 bigint", "k3 numeric", "k4 double precision", "k5 boolean", "k6 timestamp with time zone",
				"k7 uuid", "k8 text[]", "content_words tsvector");
		this.schema.validate(everything().build());
	}

	@Test
	void columnsWhenMissingAreAddedToATableWithRows() {
		this.schema.migrate(table().contentColumn(null).metadataColumn(null).build());
		jdbc.execute("INSERT INTO documents VALUES (gen_random_uuid(), '[1,2,3]')");
		this.schema.migrate(table().build());
		jdbc.execute("UPDATE documents SET content = 'houses'");
		this.schema.migrate(everything().build());
		this.schema.validate(everything().build());
		assertThat(jdbc.queryForMap("SELECT metadata::text, content_words::text, k1, h FROM documents"))
			.containsEntry("metadata", "{}")
			.containsEntry("content_words", "'hous':1")
			.containsEntry("k1", null)
			.containsEntry("h", null);
	}

	@Test
	void columnsThatAreNotDeclaredAreLeftAlone() {
		this.schema.migrate(everything().build());
		jdbc.execute("ALTER TABLE documents ADD COLUMN own text DEFAULT 'x'");
		List<String> before = columns();
		this.schema.migrate(table().build());
		assertThat(columns()).isEqualTo(before);
	}

	@Test
	void columnsThatEveryRowNeedsAreAddedToAnEmptyTable() {
		jdbc.execute("CREATE TABLE documents (own text)");
		this.schema.migrate(table().key("k", KeyType.INTEGER).tenant("k").build());
		assertThat(columns()).containsExactly("own text", "id uuid not null", "embedding vector(3) not null",
				"content text", "metadata jsonb not null", "k integer not null");
	}

	@Test
	void columnsThatEveryRowNeedsAreNotAddedToATableWithRows() {
		jdbc.execute("CREATE TABLE documents (id uuid PRIMARY KEY)");
		jdbc.execute("INSERT INTO documents VALUES (gen_random_uuid())");
		VectorTable table = table().key("who", KeyType.TEXT).tenant("who").build();
		assertRefused(table,
				List.of("column embedding is declared as vector(3), but does not exist",
						"column who is declared as text, but does not exist",
						"tenants are declared, but row-level security does not keep them apart"),
				List.of("-- a row is found once it has a vector",
						"ALTER TABLE \"documents\" ADD COLUMN \"embedding\" vector(3)",
						"ALTER TABLE \"documents\" ADD COLUMN \"who\" text NOT NULL DEFAULT '<tenant of all rows>'",
						"ALTER TABLE \"documents\" ALTER COLUMN \"who\" DROP DEFAULT",
						"-- from then on, versions that declare no tenant see no rows",
						"DROP POLICY IF EXISTS rdsboot_tenant ON \"documents\"",
						"CREATE POLICY rdsboot_tenant ON \"documents\" USING (%1$s) WITH CHECK (%1$s)"
							.formatted(OWN_ROWS),
						"DROP POLICY IF EXISTS rdsboot_tenant_only ON \"documents\"",
						"CREATE POLICY rdsboot_tenant_only ON \"documents\" AS RESTRICTIVE USING (%1$s) WITH CHECK (%1$s)"
							.formatted(OWN_ROWS),
						"ALTER TABLE \"documents\" ENABLE ROW LEVEL SECURITY",
						"ALTER TABLE \"documents\" FORCE ROW LEVEL SECURITY"));
		assertThat(columns()).containsExactly("id uuid not null");
		assertMendedByItsStatements(table);
	}

	@Test
	void keysThatRowsHaveInTheirMetadataAreNotHiddenByAColumn() {
		this.schema.migrate(table().build());
		jdbc.execute("INSERT INTO documents VALUES (gen_random_uuid(), '[1,2,3]', NULL, "
				+ "'{\"it''s\": 7, \"tags\": [\"a\", \"b\"], \"other\": true}')");
		jdbc.execute("INSERT INTO documents VALUES (gen_random_uuid(), '[1,2,3]')");
		VectorTable table = table().key("other key", KeyType.TEXT)
			.key(new MetadataColumn("it's", "its", KeyType.INTEGER, true))
			.key("tags", KeyType.TEXT_ARRAY)
			.build();
		assertRefused(table, List.of(
				"column its is declared as integer, but does not exist, and rows have the key 'it's' in column metadata, where it would not be found any more",
				"column tags is declared as text[], but does not exist, and rows have the key 'tags' in column metadata, where it would not be found any more"),
				List.of("-- declare 'formerly: json' for the key as long as other versions run; if none does:",
						"ALTER TABLE \"documents\" ADD COLUMN \"its\" integer",
						"UPDATE \"documents\" SET \"its\" = (\"metadata\" ->> 'it''s')::integer, \"metadata\" = \"metadata\" - 'it''s' WHERE \"metadata\" -> 'it''s' IS NOT NULL",
						"-- declare 'formerly: json' for the key as long as other versions run; if none does:",
						"ALTER TABLE \"documents\" ADD COLUMN \"tags\" text[]",
						"UPDATE \"documents\" SET \"tags\" = ARRAY(SELECT jsonb_array_elements_text(\"metadata\" -> 'tags')), \"metadata\" = \"metadata\" - 'tags' WHERE \"metadata\" -> 'tags' IS NOT NULL"));
		assertMendedByItsStatements(table);
		assertThat(jdbc.queryForObject(
				"SELECT its || tags::text || metadata::text FROM documents WHERE its IS NOT NULL", String.class))
			.isEqualTo("7{a,b}{\"other\": true}");
	}

	@Test
	void dimensionsWhenTableIsEmptyAreChanged() {
		this.schema.migrate(table().build());
		jdbc.execute("CREATE INDEX ON documents USING hnsw (embedding vector_cosine_ops)");
		this.schema.migrate(table().dimensions(5).build());
		assertThat(columns()).contains("embedding vector(5) not null");
	}

	@Test
	void typesWhenTableIsEmptyAreChangedAndOurIndexesDropped() {
		VectorTable before = everything().tenant("k1").build();
		this.schema.migrate(before);
		jdbc.execute("CREATE INDEX e_rds_00000001 ON documents USING hnsw (embedding vector_cosine_ops)");
		jdbc.execute(
				"CREATE INDEX k_rds_00000002 ON documents USING hnsw ((h::halfvec(4)) halfvec_l2_ops) WHERE k1 = 7");
		jdbc.execute("CREATE INDEX by_hand ON documents (k2)");
		VectorTable after = table()
			.embedding(VectorColumn.of("embedding", ElementType.HALFVEC, 3, Distance.L2, VectorIndex.hnsw()))
			.key("k1", KeyType.UUID)
			.key("k2", KeyType.TEXT)
			.tenant("k1")
			.build();
		this.schema.migrate(after);
		this.schema.validate(after);
		assertThat(columns()).contains("embedding halfvec(3) not null", "k1 uuid not null", "k2 text");
		assertThat(jdbc.queryForList("SELECT indexname FROM pg_indexes WHERE tablename = 'documents'", String.class))
			.containsExactlyInAnyOrder("documents_pkey", "by_hand");
	}

	@Test
	void dimensionsWhenTableHasRowsAreNotChanged() {
		this.schema.migrate(table().build());
		jdbc.execute("INSERT INTO documents VALUES (gen_random_uuid(), '[1,2,3]')");
		jdbc.execute("CREATE INDEX e_rds_00000001 ON documents USING hnsw (embedding vector_cosine_ops)");
		VectorTable changed = table().dimensions(5).build();
		assertRefused(changed, List.of("column embedding is declared as vector(5), but is vector(3)"),
				List.of(NO_SUCH_VECTORS));
		assertThat(jdbc.queryForObject("SELECT count(*) FROM documents", Integer.class)).isOne();
	}

	@Test
	void dimensionsThatTheColumnDoesNotSayAreAddedByAStatementThatKeepsAllRows() {
		jdbc.execute("CREATE TABLE documents (id uuid PRIMARY KEY, embedding vector, content text, "
				+ "metadata jsonb NOT NULL DEFAULT '{}')");
		jdbc.execute("INSERT INTO documents VALUES (gen_random_uuid(), '[1,2,3]')");
		VectorTable table = table().build();
		assertRefused(table, List.of("column embedding is declared as vector(3), but is vector"),
				List.of("-- keeps all rows, and fails if a vector has other dimensions",
						"ALTER TABLE \"documents\" ALTER COLUMN \"embedding\" TYPE vector(3) "
								+ "USING \"embedding\"::vector(3)"));
		assertMendedByItsStatements(table);
		assertThat(jdbc.queryForObject("SELECT embedding::text FROM documents", String.class)).isEqualTo("[1,2,3]");
	}

	@Test
	void dimensionsOfAFurtherVectorWhenTableHasRowsAreNotChanged() {
		this.schema.migrate(everything().build());
		jdbc.execute("INSERT INTO documents (id, embedding, h) VALUES (gen_random_uuid(), '[1,2,3]', '[1,2,3,4]')");
		VectorTable changed = table()
			.vector(VectorColumn.of("h", ElementType.HALFVEC, 5, Distance.L2, VectorIndex.hnsw()))
			.build();
		assertRefused(changed, List.of("column h is declared as halfvec(5), but is halfvec(4)"),
				List.of(NO_SUCH_VECTORS));
	}

	@Test
	void typeOfVectorsWhenTheyCanBeConvertedIsRefusedWithTheConversion() {
		this.schema.migrate(table().build());
		jdbc.execute("INSERT INTO documents VALUES (gen_random_uuid(), '[1,2,3]')");
		VectorTable changed = table()
			.embedding(VectorColumn.of("embedding", ElementType.HALFVEC, 3, Distance.L2, VectorIndex.hnsw()))
			.build();
		assertRefused(changed, List.of("column embedding is declared as halfvec(3), but is vector(3)"),
				List.of("-- may lose what the new type cannot hold",
						"ALTER TABLE \"documents\" ALTER COLUMN \"embedding\" TYPE halfvec(3) "
								+ "USING \"embedding\"::text::halfvec(3)"));
		assertMendedByItsStatements(changed);
		assertThat(jdbc.queryForObject("SELECT embedding::text FROM documents", String.class)).isEqualTo("[1,2,3]");
	}

	@ParameterizedTest
	@CsvSource({ "smallint, INTEGER, integer", "smallint, BIGINT, bigint", "'numeric(4,1)', NUMERIC, numeric" })
	void numbersAreWidened(String from, KeyType to, String type) {
		withKey(from, "17");
		VectorTable table = table().key("k", to).build();
		this.schema.migrate(table);
		assertThat(columns()).contains("k " + type);
		assertThat(jdbc.queryForObject("SELECT k FROM documents", Integer.class)).isEqualTo(17);
	}

	@Test
	void numbersWhenTableIsLargeAreNotWidened() {
		withKey("smallint", "17");
		VectorSchema careful = new VectorSchema(jdbc, 0);
		VectorTable table = table().key("k", KeyType.BIGINT).build();
		VectorSchemaException refusal = refusal(() -> careful.migrate(table));
		assertThat(refusal).hasMessage("Vector table documents does not fit its declaration:\n"
				+ "    - column k is declared as bigint, but is smallint");
		assertThat(refusal.getAction())
			.isEqualTo("Change the declaration to what the table has, declare another table, or run as the table's "
					+ "owner:\n    -- rewrites the table (0 MB), which nobody can read meanwhile\n"
					+ "    ALTER TABLE \"documents\" ALTER COLUMN \"k\" TYPE bigint USING \"k\"::bigint;");
	}

	@ParameterizedTest
	@CsvSource({ "bigint, INTEGER, integer", "integer, BIGINT, bigint", "bigint, NUMERIC, numeric", "text, UUID, uuid",
			"varchar(9)[], TEXT_ARRAY, text[]", "timestamp, TIMESTAMPTZ, timestamp with time zone" })
	void typesWhenTableHasRowsAreNotChanged(String from, KeyType to, String type) {
		withKey(from, "NULL");
		String found = jdbc.queryForObject("SELECT format_type(atttypid, atttypmod) FROM pg_attribute "
				+ "WHERE attrelid = 'documents'::regclass AND attname = 'k'", String.class);
		VectorTable table = table().key("k", to).build();
		assertRefused(table, List.of("column k is declared as %s, but is %s".formatted(type, found)), List.of(
				"-- other versions could not use the column: declare another one for the key, and what it was 'formerly', "
						+ "as long as they run; if none does, this may lose what the new type cannot hold",
				"ALTER TABLE \"documents\" ALTER COLUMN \"k\" TYPE %s USING \"k\"::text::%1$s".formatted(type)));
		assertMendedByItsStatements(table);
	}

	@Test
	void wordsWhenConfigurationChangesAreGeneratedAnewByStatementsOrInAnotherColumn() {
		this.schema.migrate(table().textSearch(TextSearch.of("english")).build());
		jdbc.execute("INSERT INTO documents VALUES (gen_random_uuid(), '[1,2,3]', 'the houses')");
		jdbc.execute("CREATE INDEX w_rds_00000001 ON documents USING gin (content_words)");
		VectorTable changed = table().textSearch(TextSearch.of("pg_catalog.simple")).build();
		assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(() -> this.schema.validate(changed))
			.withMessage("Vector table documents does not fit its declaration:\n    - column content_words is declared "
					+ "as to_tsvector('simple'::regconfig, COALESCE(\"content\", '')), but is "
					+ "to_tsvector('english'::regconfig, COALESCE(content, ''::text))");
		VectorTable beside = table().textSearch(new TextSearch("simple", "simple_words")).build();
		this.schema.migrate(beside);
		assertThat(jdbc.queryForMap("SELECT content_words::text, simple_words::text FROM documents"))
			.containsEntry("content_words", "'hous':2")
			.containsEntry("simple_words", "'houses':2 'the':1");
		assertMendedByItsStatements(changed);
		assertThat(jdbc.queryForObject("SELECT content_words::text FROM documents", String.class))
			.isEqualTo("'houses':2 'the':1");
	}

	@Test
	void wordsWhenAnAdministratorIndexedThemAreNotDropped() {
		this.schema.migrate(table().textSearch(TextSearch.of("english")).build());
		jdbc.execute("CREATE INDEX by_hand ON documents USING gin (content_words)");
		assertRefused(table().textSearch(TextSearch.of("german")).build(), List
			.of("column content_words is declared as to_tsvector('german'::regconfig, COALESCE(\"content\", '')), "
					+ "but is to_tsvector('english'::regconfig, COALESCE(content, ''::text))"),
				List.of("-- other versions would search other words than are stored: declare another column for the words "
						+ "as long as they run; if none does:", "-- drops indexes that were not made here",
						"ALTER TABLE \"documents\" DROP COLUMN \"content_words\"",
						"ALTER TABLE \"documents\" ADD COLUMN \"content_words\" tsvector GENERATED ALWAYS AS "
								+ "(to_tsvector('german'::regconfig, COALESCE(\"content\", ''))) STORED"));
	}

	@Test
	void wordsOfAVarcharWithAnotherNameFit() {
		jdbc.execute("CREATE TABLE documents (id uuid PRIMARY KEY, embedding vector(3), \"The body\" varchar(100))");
		VectorTable table = table().contentColumn("The body")
			.metadataColumn(null)
			.textSearch(TextSearch.of("english"))
			.build();
		this.schema.migrate(table);
		this.schema.validate(table);
	}

	@Test
	void changeThatTheServerRefusesIsReportedAndNothingIsChanged() {
		jdbc.execute("CREATE TABLE documents (id uuid PRIMARY KEY, embedding vector(3))");
		jdbc.execute("CREATE VIEW readers AS SELECT embedding FROM documents");
		assertThatExceptionOfType(VectorSchemaException.class)
			.isThrownBy(() -> this.schema.migrate(table().key("a", KeyType.TEXT).dimensions(5).build()))
			.withMessageStartingWith("Vector table documents cannot be made to fit its declaration: "
					+ "ERROR: cannot alter type of a column used by a view or rule")
			.satisfies((ex) -> assertThat(ex.getAction()).isEqualTo("Take away what hinders it and start again, change "
					+ "the declaration, or run as the table's owner: "
					+ "ALTER TABLE \"documents\" ALTER COLUMN \"embedding\" TYPE vector(5) USING \"embedding\"::text::vector(5);"));
		assertThat(columns()).containsExactly("id uuid not null", "embedding vector(3)");
	}

	@Test
	void migrationWithinATransactionIsPartOfIt() throws Exception {
		try (Connection connection = dataSource.getConnection()) {
			connection.setAutoCommit(false);
			JdbcTemplate own = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
			own.execute("SET LOCAL lock_timeout = '7s'");
			new VectorSchema(own).migrate(table().build());
			new VectorSchema(own).migrate(table().key("k", KeyType.TEXT).build());
			assertThat(own.queryForObject("SHOW lock_timeout", String.class)).isEqualTo("7s");
			connection.rollback();
		}
		assertThat(columns()).isEmpty();
	}

	@Test
	void migrationsWhenTwentyRunAtOnceWithoutFlywayAllSucceed() throws Exception {
		int sessions = 20;
		ExecutorService threads = Executors.newFixedThreadPool(sessions);
		try {
			CyclicBarrier barrier = new CyclicBarrier(sessions);
			List<Future<?>> results = new ArrayList<>();
			for (int i = 0; i < sessions; i++) {
				results.add(threads.submit(() -> {
					try (Connection connection = DriverManager.getConnection(dataSource.getJdbcUrl(),
							dataSource.getUsername(), dataSource.getPassword())) {
						barrier.await(30, TimeUnit.SECONDS);
						new VectorSchema(new JdbcTemplate(new SingleConnectionDataSource(connection, true)))
							.migrate(everything().tenant("k0").build());
					}
					return null;
				}));
			}
			for (Future<?> result : results) {
				result.get(30, TimeUnit.SECONDS);
			}
		}
		finally {
			threads.shutdownNow();
		}
		this.schema.validate(everything().tenant("k0").build());
	}

	@Test
	void extensionOffTheSearchPathServesWhenItsSchemaIsDeclared() {
		jdbc.execute("CREATE SCHEMA \"My ext\"");
		jdbc.execute("DROP EXTENSION vector");
		jdbc.execute("CREATE EXTENSION vector SCHEMA \"My ext\"");
		try {
			VectorTable table = everything().extensionSchema("My ext").build();
			this.schema.migrate(table);
			this.schema.validate(table);
			this.schema.migrate(everything().extensionSchema("My ext").dimensions(4).build());
			assertThat(columns()).contains("embedding \"My ext\".vector(4) not null");
		}
		finally {
			jdbc.execute("DROP EXTENSION vector CASCADE");
			jdbc.execute("CREATE EXTENSION vector");
		}
	}

	@Test
	void descriptionIsTheSameForTheSameTable() {
		VectorTable one = table().key("a", KeyType.TEXT).key("b", KeyType.BIGINT).build();
		VectorTable other = table().key("b", KeyType.BIGINT)
			.key(new MetadataColumn("renamed", "a", KeyType.TEXT, false))
			.distance(Distance.L1)
			.index(VectorIndex.none())
			.build();
		assertThat(VectorSchema.describe(one)).isEqualTo(VectorSchema.describe(other));
		assertThat(List.of(one, table().key("a", KeyType.TEXT).key("b", KeyType.INTEGER).build(),
				table().key("a", KeyType.TEXT).key("b", KeyType.BIGINT).tenant("a").build(),
				table().key("a", KeyType.TEXT).key("b", KeyType.BIGINT).extensionSchema("x").build(),
				table().key("a", KeyType.TEXT).key("b", KeyType.BIGINT).textSearch(TextSearch.of("x")).build(),
				table().key("a", KeyType.TEXT).key("b", KeyType.BIGINT).textSearch(TextSearch.of("y")).build(),
				table().key("a", KeyType.TEXT).key("b", KeyType.BIGINT).vector(VectorColumn.of("v", 3)).build(),
				table().key("a", KeyType.TEXT).key("b", KeyType.BIGINT).contentColumn(null).build()))
			.extracting(VectorSchema::describe)
			.doesNotHaveDuplicates();
	}

	/**
	 * The statements that a refusal names mend what it refuses.
	 */
	private void assertMendedByItsStatements(VectorTable table) {
		refusal(() -> this.schema.migrate(table)).getAction().lines().skip(1).forEach(jdbc::execute);
		this.schema.migrate(table);
		this.schema.validate(table);
	}

	private void assertRefused(VectorTable table, List<String> differences, List<String> statements) {
		VectorSchemaException refusal = refusal(() -> this.schema.migrate(table));
		assertThat(refusal.getMessage().lines().skip(1).map((line) -> line.replaceFirst("^    - ", "")))
			.containsExactlyElementsOf(differences);
		assertThat(refusal.getAction().lines().skip(1).map(String::strip)).containsExactlyElementsOf(
				statements.stream().map((line) -> line.startsWith("--") ? line : line + ";").toList());
	}

	private static VectorSchemaException refusal(Runnable action) {
		return catchThrowableOfType(VectorSchemaException.class, action::run);
	}

	private void withKey(String type, String value) {
		this.schema.migrate(table().build());
		jdbc.execute("ALTER TABLE documents ADD COLUMN k " + type);
		jdbc.execute(
				"INSERT INTO documents (id, embedding, k) VALUES (gen_random_uuid(), '[1,2,3]', %s)".formatted(value));
	}

	private static List<String> columns() {
		return jdbc.queryForList("SELECT attname || ' ' || format_type(atttypid, atttypmod) "
				+ "|| CASE WHEN attnotnull THEN ' not null' ELSE '' END FROM pg_attribute "
				+ "WHERE attrelid = to_regclass('documents') AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
				String.class);
	}

	private static VectorTable.Builder table() {
		return VectorTable.builder("documents").idType(IdType.UUID).dimensions(3);
	}

	private static VectorTable.Builder everything() {
		VectorTable.Builder table = table()
			.vector(VectorColumn.of("h", ElementType.HALFVEC, 4, Distance.L2, VectorIndex.hnsw()))
			.vector(VectorColumn.of("b", ElementType.BIT, 8, Distance.HAMMING, VectorIndex.hnsw()))
			.vector(VectorColumn.of("s", ElementType.SPARSEVEC, 1_000_000, Distance.INNER_PRODUCT, VectorIndex.hnsw()))
			.textSearch(TextSearch.of("english"))
			.key("json", KeyType.JSON);
		int number = 0;
		for (KeyType type : KeyType.values()) {
			if (type != KeyType.JSON) {
				table.key("k" + number++, type);
			}
		}
		return table;
	}

}
