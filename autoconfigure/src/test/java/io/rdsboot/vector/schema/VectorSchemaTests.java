package io.rdsboot.vector.schema;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.IdType;
import io.rdsboot.vector.VectorTable;
import io.rdsboot.vector.VectorTestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link VectorSchema} on PostgreSQL.
 */
@LocalRds
class VectorSchemaTests {

	private static HikariDataSource dataSource;

	private static JdbcTemplate jdbc;

	private final VectorSchema schema = new VectorSchema(jdbc);

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		dataSource = VectorTestDatabase.create(cluster);
		jdbc = new JdbcTemplate(dataSource);
		jdbc.execute("CREATE EXTENSION vector");
	}

	@AfterAll
	static void closePool() {
		dataSource.close();
	}

	@BeforeEach
	void dropTable() {
		jdbc.execute("DROP TABLE IF EXISTS documents");
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
	void columnsForContentAndMetadataWhenMissingAreAdded() {
		jdbc.execute("CREATE TABLE documents (id uuid PRIMARY KEY, embedding vector(3) NOT NULL)");
		jdbc.execute("INSERT INTO documents VALUES (gen_random_uuid(), '[1,2,3]')");
		this.schema.migrate(table().build());
		assertThat(jdbc.queryForMap("SELECT content, metadata::text AS metadata FROM documents"))
			.containsEntry("content", null)
			.containsEntry("metadata", "{}");
	}

	@Test
	void dimensionsWhenTableIsEmptyAreChanged() {
		this.schema.migrate(table().build());
		jdbc.execute("CREATE INDEX ON documents USING hnsw (embedding vector_cosine_ops)");
		this.schema.migrate(table().dimensions(5).build());
		this.schema.validate(table().dimensions(5).build());
	}

	@Test
	void dimensionsWhenTableHasRowsAreNotChanged() {
		this.schema.migrate(table().build());
		jdbc.execute("INSERT INTO documents VALUES (gen_random_uuid(), '[1,2,3]')");
		assertThatExceptionOfType(VectorSchemaException.class)
			.isThrownBy(() -> this.schema.migrate(table().dimensions(5).build()))
			.withMessage("Vector table documents does not fit its declaration:\n"
					+ "    - column embedding is declared as vector(5), but is vector(3)")
			.satisfies((ex) -> assertThat(ex.getAction()).startsWith("Change the declaration"));
	}

	@Test
	void tableWhenItDiffersIsReportedWithAllDifferences() {
		jdbc.execute("CREATE TABLE documents (id text, embedding vector(3), metadata json, owner text NOT NULL)");
		jdbc.execute("INSERT INTO documents VALUES ('a', '[1,2,3]', '{}', 'me')");
		assertThatExceptionOfType(VectorSchemaException.class)
			.isThrownBy(() -> this.schema.validate(table().dimensions(4).build()))
			.satisfies((ex) -> assertThat(ex.getMessage().lines()).containsExactly(
					"Vector table documents does not fit its declaration:",
					"    - column id is declared as uuid, but is text",
					"    - column embedding is declared as vector(4), but is vector(3)",
					"    - column content is declared as text, but does not exist",
					"    - column metadata is declared as jsonb, but is json",
					"    - column owner is not declared, but must not be null and has no default"));
	}

	@Test
	void idWithoutUniqueIndexIsReported() {
		jdbc.execute("CREATE TABLE documents (id uuid, embedding vector(3), content varchar(100), metadata jsonb)");
		assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(() -> this.schema.validate(table().build()))
			.withMessageContaining("column id is declared as the id, but has no primary key or unique index");
		jdbc.execute("ALTER TABLE documents ADD UNIQUE (id)");
		this.schema.validate(table().build());
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

	private static VectorTable.Builder table() {
		return VectorTable.builder("documents").dimensions(3);
	}

}
