package io.rdsboot.vector.schema;

import io.rdsboot.vector.AbstractVectorDatabaseTests;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.ElementType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link VectorSchema#validate} on PostgreSQL.
 */
class VectorSchemaValidationTests extends AbstractVectorDatabaseTests {

	private final VectorSchema schema = new VectorSchema(jdbc);

	@BeforeEach
	void dropTables() {
		jdbc.execute("DROP SCHEMA public CASCADE");
		jdbc.execute("CREATE SCHEMA public");
		jdbc.execute("CREATE EXTENSION vector");
	}

	@Test
	void tableWhenItDiffersIsReportedWithAllDifferences() {
		jdbc.execute("""
				CREATE TABLE documents (id text, embedding vector(3), image vector(4), metadata json,
					year bigint GENERATED ALWAYS AS IDENTITY, who text, twice text GENERATED ALWAYS AS (who) STORED,
					owner text NOT NULL, words tsvector)""");
		jdbc.execute("INSERT INTO documents VALUES ('a', '[1,2,3]', NULL, '{}', DEFAULT, 'x', DEFAULT, 'me')");
		VectorTable table = table().dimensions(4)
			.vector(VectorColumn.of("image", ElementType.HALFVEC, 4, Distance.L2, VectorIndex.hnsw()))
			.vector(VectorColumn.of("gone", ElementType.SPARSEVEC, 9, Distance.L2, VectorIndex.hnsw()))
			.key("year", KeyType.BIGINT)
			.key("who", KeyType.UUID)
			.key("twice", KeyType.TEXT)
			.key("tags", KeyType.TEXT_ARRAY)
			.textSearch(new TextSearch("klingon", "words"))
			.tenant("who")
			.build();
		assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(() -> this.schema.validate(table))
			.satisfies((ex) -> assertThat(ex.getMessage().lines()).containsExactly(
					"Vector table documents does not fit its declaration:",
					"    - column id is declared as uuid, but is text",
					"    - column embedding is declared as vector(4), but is vector(3)",
					"    - column content is declared as text, but does not exist",
					"    - column metadata is declared as jsonb, but is json",
					"    - column image is declared as halfvec(4), but is vector(4)",
					"    - column gone is declared as sparsevec(9), but does not exist",
					"    - column year is written to, but is GENERATED ALWAYS AS IDENTITY",
					"    - column who is declared as uuid, but is text",
					"    - column twice is written to, but is generated as who",
					"    - column tags is declared as text[], but does not exist",
					"    - column words is declared with text search configuration 'klingon', which does not exist",
					"    - column id is declared as the id, but has no primary key or unique index of its own",
					"    - column owner is not declared, but must not be null and has no default",
					"    - column who is declared as the tenant, but may be null",
					"    - tenants are declared, but row-level security does not keep them apart"))
			.satisfies((ex) -> assertThat(ex.getAction().lines()).startsWith(
					"Change the declaration to what the table has, declare another table, or run as the table's owner:",
					"    -- may lose what the new type cannot hold",
					"    ALTER TABLE \"documents\" ALTER COLUMN \"id\" TYPE uuid USING \"id\"::text::uuid;",
					"    -- such vectors cannot be made of those that are there: declare another column or table, "
							+ "and embed the contents anew",
					"    ALTER TABLE \"documents\" ADD COLUMN \"content\" text;")
				.endsWith("    ALTER TABLE \"documents\" FORCE ROW LEVEL SECURITY;"));
	}

	@Test
	void statementsOfAReportMakeTheTableFit() {
		jdbc.execute("""
				CREATE TABLE documents (id uuid, embedding vector(3), metadata json, year integer NOT NULL, who text,
					owner text NOT NULL)""");
		jdbc.execute("INSERT INTO documents VALUES (gen_random_uuid(), '[1,2,3]', '{\"a\": 1}', 1, NULL, 'me')");
		VectorTable table = table().key("year", KeyType.BIGINT)
			.key("who", KeyType.TEXT)
			.textSearch(TextSearch.of("english"))
			.tenant("who")
			.build();
		assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(() -> this.schema.validate(table))
			.satisfies((ex) -> ex.getAction().lines().skip(1).forEach(jdbc::execute));
		this.schema.validate(table);
		assertThat(jdbc.queryForObject("SELECT metadata->>'a' FROM documents", String.class)).isEqualTo("1");
	}

	@Test
	void idWithoutUniqueIndexIsReported() {
		jdbc.execute("CREATE TABLE documents (id uuid, embedding vector(3), content varchar(100), metadata jsonb)");
		jdbc.execute("CREATE UNIQUE INDEX ON documents (id, content)");
		jdbc.execute("CREATE UNIQUE INDEX ON documents (id) WHERE content IS NULL");
		assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(() -> this.schema.validate(table().build()))
			.withMessage("Vector table documents does not fit its declaration:\n"
					+ "    - column id is declared as the id, but has no primary key or unique index of its own")
			.satisfies((ex) -> assertThat(ex.getAction())
				.endsWith("\n    ALTER TABLE \"documents\" ADD PRIMARY KEY (\"id\");"));
		jdbc.execute("ALTER TABLE documents ADD UNIQUE (id)");
		this.schema.validate(table().build());
	}

	@Test
	void tableThatIsInAnotherSchemaIsFoundThere() {
		VectorTable table = VectorTable.builder("misplaced").dimensions(3).build();
		jdbc.execute("CREATE SCHEMA \"App\"");
		jdbc.execute("CREATE TABLE \"App\".misplaced (id uuid)");
		assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(() -> new VectorSchema(jdbc).validate(table))
			.withMessageEndingWith(" A table of that name is in schema App.")
			.satisfies((ex) -> assertThat(ex.getAction()).isEqualTo(
					"If it is the one (Flyway makes tables in spring.flyway.default-schema), declare where it is "
							+ "by schema-name: App, or put the schema on the search path: ?currentSchema=App in the address, "
							+ "or ALTER ROLE ... SET search_path = \"App\"."));
	}

	@Test
	void tableWhenMissingIsReportedWithWhereItWasLookedFor() {
		assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(() -> this.schema.validate(table().build()))
			.withMessageContaining("Vector table documents does not exist in database 'vector_")
			.withMessageContaining("search_path: \"$user\", public");
	}

	@Test
	void tableWithOtherColumnNamesFitsWhenTheyAreDeclared() {
		jdbc.execute("CREATE TABLE documents (\"Key\" bigint PRIMARY KEY, vec vector(3), body text, extra jsonb)");
		this.schema.validate(table().idType(IdType.BIGINT)
			.idColumn("Key")
			.embeddingColumn("vec")
			.contentColumn("body")
			.metadataColumn("extra")
			.build());
	}

	@Test
	void tableThatIsStricterThanDeclaredFits() {
		jdbc.execute("CREATE TABLE documents (id uuid PRIMARY KEY, embedding vector(3) NOT NULL, "
				+ "content varchar(9) NOT NULL, k text NOT NULL, own text NOT NULL DEFAULT 'x')");
		this.schema.validate(table().metadataColumn(null).key("k", KeyType.TEXT).build());
	}

	@ParameterizedTest
	@CsvSource({ "CREATE VIEW documents AS SELECT * FROM real_documents, view",
			"CREATE MATERIALIZED VIEW documents AS SELECT * FROM real_documents, materialized view",
			"CREATE TABLE documents (LIKE real_documents) PARTITION BY HASH (id), partitioned table",
			"CREATE SEQUENCE documents, sequence", "CREATE TYPE documents AS (id uuid), composite type",
			"CREATE INDEX documents ON real_documents (content), index",
			"CREATE FOREIGN TABLE documents (id uuid) SERVER elsewhere, foreign table" })
	void relationThatIsNoTableIsRefused(String create, String kind) {
		jdbc.execute(
				"CREATE TABLE real_documents (id uuid PRIMARY KEY, embedding vector(3), content text, metadata jsonb)");
		jdbc.execute("DROP FOREIGN DATA WRAPPER IF EXISTS nobody CASCADE");
		jdbc.execute("CREATE FOREIGN DATA WRAPPER nobody");
		jdbc.execute("CREATE SERVER elsewhere FOREIGN DATA WRAPPER nobody");
		jdbc.execute(create);
		for (Runnable action : new Runnable[] { () -> this.schema.validate(table().build()),
				() -> this.schema.migrate(table().build()) }) {
			assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(action::run)
				.withMessage("documents is declared as a vector table, but is a %s.", kind)
				.satisfies((ex) -> assertThat(ex.getAction()).isEqualTo("Declare an ordinary table: "
						+ "only such a one can be written by id and be indexed while it is in use."));
		}
	}

	private static VectorTable.Builder table() {
		return VectorTable.builder("documents").dimensions(3);
	}

}
