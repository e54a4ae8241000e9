package io.rdsboot.vector;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.BitVector;
import io.rdsboot.vector.type.ElementType;
import io.rdsboot.vector.type.SparseVector;
import io.rdsboot.vector.type.VectorValue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of what is stored, by each way to write, on PostgreSQL.
 */
@LocalRds
class VectorWriteTests {

	private static final String AWKWARD = "'\"\\{},NULL\t\r\n\u0001\u007f\u00a0ß漢\ud83d\udc18\u2028 ";

	private static HikariDataSource dataSource;

	private static JdbcTemplate jdbc;

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		dataSource = VectorTestDatabase.create(cluster);
		jdbc = new JdbcTemplate(dataSource);
		jdbc.execute("CREATE SCHEMA extensions");
		jdbc.execute("CREATE EXTENSION vector SCHEMA extensions");
	}

	@AfterAll
	static void closePool() {
		dataSource.close();
	}

	/**
	 * Ways to write records.
	 */
	enum Way {

		UPSERT_ONE {
			@Override
			<ID> void write(VectorRepository<ID> repository, List<VectorRecord<ID>> records) {
				records.forEach(repository::upsert);
			}
		},

		UPSERT_MANY {
			@Override
			<ID> void write(VectorRepository<ID> repository, List<VectorRecord<ID>> records) {
				repository.upsert(records);
			}
		},

		LOAD_INSERT {
			@Override
			<ID> void write(VectorRepository<ID> repository, List<VectorRecord<ID>> records) {
				repository.load(records.stream(), LoadOptions.insert());
			}
		},

		LOAD_UPSERT {
			@Override
			<ID> void write(VectorRepository<ID> repository, List<VectorRecord<ID>> records) {
				repository.load(records.stream(), LoadOptions.upsert());
			}
		},

		LOAD_REPLACE {
			@Override
			<ID> void write(VectorRepository<ID> repository, List<VectorRecord<ID>> records) {
				repository.load(records.stream(), LoadOptions.replace());
			}
		},

		LOAD_UPSERT_IN_PARALLEL {
			@Override
			<ID> void write(VectorRepository<ID> repository, List<VectorRecord<ID>> records) {
				repository.load(records.stream(), LoadOptions.upsert().parallelism(3));
			}
		};

		abstract <ID> void write(VectorRepository<ID> repository, List<VectorRecord<ID>> records);

	}

	private static VectorTable table(String name) {
		VectorTable.Builder table = VectorTable.builder(name)
			.extensionSchema("extensions")
			.idType(IdType.TEXT)
			.embedding(column("embedding", ElementType.VECTOR, 3, Distance.L2))
			.vector(column("half", ElementType.HALFVEC, 3, Distance.COSINE))
			.vector(column("bits", ElementType.BIT, 11, Distance.HAMMING))
			.vector(column("sparse vector", ElementType.SPARSEVEC, 1_000_000_000, Distance.INNER_PRODUCT));
		for (KeyType type : KeyType.values()) {
			table.key(type.name(), type);
		}
		VectorTable built = table.build();
		jdbc.execute("DROP TABLE IF EXISTS " + built.quotedName());
		VectorTestDatabase.createTable(jdbc, built);
		return built;
	}

	private static VectorColumn column(String name, ElementType type, int dimensions, Distance distance) {
		return VectorColumn.of(name, type, dimensions, distance, VectorIndex.none());
	}

	private static List<VectorRecord<String>> records() {
		VectorRecord<String> full = new VectorRecord<>(AWKWARD, VectorValue.of(-0f, Float.MIN_VALUE, 1e18f), AWKWARD,
				Map.ofEntries(Map.entry("TEXT", AWKWARD), Map.entry("INTEGER", Integer.MIN_VALUE),
						Map.entry("BIGINT", Long.MIN_VALUE),
						Map.entry("NUMERIC", new BigDecimal("-1234567890.00012340")),
						Map.entry("DOUBLE", Double.MIN_VALUE), Map.entry("BOOLEAN", true),
						Map.entry("TIMESTAMPTZ", Instant.parse("1969-12-31T23:59:59.999999Z")),
						Map.entry("UUID", new UUID(Long.MIN_VALUE, -1)),
						Map.entry("TEXT_ARRAY", List.of(AWKWARD, "", "NULL", "{}", "a,b")),
						Map.entry("JSON", Map.of("deep", List.of(1, AWKWARD, Map.of("x", true)))),
						Map.entry("undeclared " + AWKWARD, BigInteger.TWO.pow(100))))
			.withVector("half", VectorValue.of(65504, 0x1p-24f, -1))
			.withVector("bits", BitVector.of(true, false, true, false, false, false, false, true, true, false, true))
			.withVector("sparse vector", SparseVector.of(1_000_000_000, Map.of(0, 1f, 999_999_999, -2.5f)));
		VectorRecord<String> empty = new VectorRecord<>("empty", VectorValue.of(0, 0, 0), null, Map.of());
		VectorRecord<String> edges = new VectorRecord<>("edges", VectorValue.of(1, 2, 3), "",
				Map.of("TEXT", "", "INTEGER", Integer.MAX_VALUE, "BIGINT", Long.MAX_VALUE, "NUMERIC", BigDecimal.ZERO,
						"DOUBLE", -Double.MAX_VALUE, "BOOLEAN", false, "TIMESTAMPTZ",
						Instant.parse("+294276-12-31T23:59:59.999999Z"), "TEXT_ARRAY", List.of(), "JSON", ""))
			.withVector("sparse vector", SparseVector.of(1_000_000_000, Map.of()));
		return List.of(full, edges, empty);
	}

	private static <ID> Map<ID, VectorRecord<ID>> stored(VectorTable table, Class<ID> idClass) {
		Map<ID, VectorRecord<ID>> byId = new TreeMap<>();
		VectorTestDatabase.readAll(jdbc, table, idClass).forEach((record) -> byId.put(record.id(), record));
		return byId;
	}

	@ParameterizedTest
	@EnumSource(Way.class)
	void recordOfEveryTypeComesBackUnchanged(Way way) {
		VectorTable table = table("every_type_" + way);
		VectorRepository<String> repository = JdbcVectorRepository.of(dataSource, table, String.class);
		way.write(repository, records());
		Map<String, VectorRecord<String>> stored = stored(table, String.class);
		assertThat(stored).hasSize(3);
		for (VectorRecord<String> record : records()) {
			assertThat(stored.get(record.id())).as(record.id()).usingRecursiveComparison().isEqualTo(record);
			assertThat(stored.get(record.id())).isEqualTo(record);
		}
	}

	@ParameterizedTest
	@EnumSource(value = Way.class, names = "LOAD_INSERT", mode = EnumSource.Mode.EXCLUDE)
	void recordWhenWrittenAgainIsReplacedInAllItsColumns(Way way) {
		VectorTable table = table("replaced_" + way);
		VectorRepository<String> repository = JdbcVectorRepository.of(dataSource, table, String.class);
		way.write(repository, records());
		VectorRecord<String> bare = new VectorRecord<>(AWKWARD, VectorValue.of(7, 8, 9), null, Map.of());
		way.write(repository, List.of(bare));
		assertThat(stored(table, String.class).get(AWKWARD)).isEqualTo(bare);
		VectorRecord<String> full = records().get(0);
		way.write(repository, List.of(full));
		assertThat(stored(table, String.class).get(AWKWARD)).isEqualTo(full);
	}

	@ParameterizedTest
	@EnumSource(value = Way.class, names = { "UPSERT_ONE", "UPSERT_MANY", "LOAD_UPSERT", "LOAD_UPSERT_IN_PARALLEL" })
	void idThatOccursTwiceKeepsTheLastRecord(Way way) {
		VectorTable table = table("twice_" + way);
		List<VectorRecord<String>> records = new ArrayList<>();
		for (int i = 0; i < 3000; i++) {
			records.add(new VectorRecord<>("id " + i % 700, VectorValue.of(i, 1, 1), "x".repeat(i % 97), Map.of()));
		}
		way.write(JdbcVectorRepository.of(dataSource, table, String.class), records);
		Map<String, VectorRecord<String>> stored = stored(table, String.class);
		assertThat(stored).hasSize(700);
		for (VectorRecord<String> record : records.subList(2300, 3000)) {
			assertThat(stored.get(record.id())).isEqualTo(record);
		}
	}

	@ParameterizedTest
	@EnumSource(IdType.class)
	void tableWithNothingButIdAndVectorIsWritten(IdType type) {
		VectorTable table = VectorTable.builder("bare_" + type)
			.extensionSchema("extensions")
			.idType(type)
			.dimensions(2)
			.contentColumn(null)
			.metadataColumn(null)
			.build();
		VectorTestDatabase.createTable(jdbc, table);
		switch (type) {
			case UUID -> writeByAllWays(table, UUID.class, UUID.randomUUID());
			case TEXT -> writeByAllWays(table, String.class, "a");
			case BIGINT -> writeByAllWays(table, Long.class, Long.MIN_VALUE);
			case INTEGER -> writeByAllWays(table, Integer.class, Integer.MIN_VALUE);
		}
	}

	private static <ID> void writeByAllWays(VectorTable table, Class<ID> idClass, ID id) {
		VectorRepository<ID> repository = JdbcVectorRepository.of(dataSource, table, idClass);
		for (Way way : Way.values()) {
			jdbc.execute("TRUNCATE " + table.quotedName());
			List<VectorRecord<ID>> records = List.of(new VectorRecord<>(id, new float[] { 1, 2 }, null));
			way.write(repository, records);
			assertThat(VectorTestDatabase.readAll(jdbc, table, idClass)).isEqualTo(records);
			assertThat(repository.delete(List.of(id))).isOne();
		}
	}

	@Test
	void numberThatNoDoubleHasIsRefused() {
		VectorTable table = VectorTable.builder("doubles").dimensions(2).key("n", KeyType.DOUBLE).build();
		VectorRepository<UUID> repository = JdbcVectorRepository.of(dataSource, table, UUID.class);
		for (Object value : List.of(9_007_199_254_740_993L, new BigDecimal("1E+400"), Double.NaN, "1.5")) {
			assertThatExceptionOfType(InvalidVectorRecordException.class)
				.isThrownBy(() -> repository
					.upsert(new VectorRecord<>(new UUID(0, 1), new float[] { 1, 2 }, null, Map.of("n", value))))
				.withMessageContaining("metadata at 'n' ");
		}
	}

	@Test
	void valuesThatFitAKeyAreConverted() {
		VectorTable table = table("converted");
		VectorRepository<String> repository = JdbcVectorRepository.of(dataSource, table, String.class);
		UUID uuid = UUID.randomUUID();
		Map<String, Object> given = new LinkedHashMap<>();
		given.put("INTEGER", 7L);
		given.put("BIGINT", 3.0);
		given.put("NUMERIC", new BigDecimal("1E+3"));
		given.put("DOUBLE", 0.1F);
		given.put("TIMESTAMPTZ", OffsetDateTime.parse("2026-01-01T01:00:00.0000005+01:00"));
		given.put("UUID", uuid.toString());
		given.put("TEXT_ARRAY", new java.util.TreeSet<>(List.of("b", "a")));
		Map<String, Object> expected = Map.of("INTEGER", 7, "BIGINT", 3L, "NUMERIC", new BigDecimal("1000"), "DOUBLE",
				0.1, "TIMESTAMPTZ", Instant.parse("2026-01-01T00:00:00.000001Z"), "UUID", uuid, "TEXT_ARRAY",
				List.of("a", "b"));
		repository.upsert(new VectorRecord<>("upsert", VectorValue.of(1, 1, 1), null, given));
		repository.load(Stream.of(new VectorRecord<>("load", VectorValue.of(1, 1, 1), null, given)),
				LoadOptions.insert());
		assertThat(stored(table, String.class).values()).hasSize(2)
			.allSatisfy((record) -> assertThat(record.metadata()).isEqualTo(expected));
	}

	@Test
	void vectorsOfTheMostDimensionsAreWritten() {
		VectorTable table = VectorTable.builder("greatest")
			.extensionSchema("extensions")
			.idType(IdType.BIGINT)
			.embedding(column("embedding", ElementType.VECTOR, 16_000, Distance.L2))
			.vector(column("half", ElementType.HALFVEC, 16_000, Distance.L2))
			.vector(column("bits", ElementType.BIT, 64_000, Distance.HAMMING))
			.vector(column("sparse", ElementType.SPARSEVEC, 16_001, Distance.L2))
			.build();
		VectorTestDatabase.createTable(jdbc, table);
		float[] values = new float[16_000];
		boolean[] bits = new boolean[64_000];
		Map<Integer, Float> sparse = new TreeMap<>();
		for (int i = 0; i < 16_000; i++) {
			values[i] = i % 2048 + 1;
			bits[4 * i] = true;
			sparse.put(i + 1, i + 0.5f);
		}
		VectorRecord<Long> record = new VectorRecord<>(1L, VectorValue.of(values), null, Map.of(), Map.of("half",
				VectorValue.of(values), "bits", BitVector.of(bits), "sparse", SparseVector.of(16_001, sparse)));
		VectorRepository<Long> repository = JdbcVectorRepository.of(dataSource, table, Long.class);
		for (Way way : Way.values()) {
			jdbc.execute("TRUNCATE greatest");
			way.write(repository, List.of(record));
			assertThat(VectorTestDatabase.readAll(jdbc, table, Long.class)).containsExactly(record);
		}
	}

	@ParameterizedTest
	@EnumSource(value = Way.class, names = "LOAD_REPLACE", mode = EnumSource.Mode.EXCLUDE)
	void rowOfAnotherTenantIsNeverChanged(Way way) {
		VectorTable table = tenantTable("tenants_" + way);
		VectorRecord<Long> theirs = new VectorRecord<>(1L, VectorValue.of(1, 1), "theirs", Map.of("tenant", "them"));
		way.write(as("them", table), List.of(theirs));
		VectorRecord<Long> ours = new VectorRecord<>(1L, VectorValue.of(2, 2), "ours", Map.of());
		VectorRecord<Long> other = new VectorRecord<>(2L, VectorValue.of(2, 2), "ours", Map.of());
		VectorRepository<Long> repository = as("us", table);
		assertThatExceptionOfType(DuplicateKeyException.class)
			.isThrownBy(() -> way.write(repository, List.of(ours, other)));
		assertThat(VectorTestDatabase.readAll(jdbc, table, Long.class)).containsExactly(theirs);
	}

	@Test
	void replaceAndDeleteLeaveRowsOfOtherTenants() {
		VectorTable table = tenantTable("tenants_replace");
		VectorRepository<Long> us = as("us", table);
		as("them", table).upsert(new VectorRecord<>(1L, VectorValue.of(1, 1), null, Map.of()));
		us.upsert(new VectorRecord<>(2L, VectorValue.of(1, 1), null, Map.of()));
		us.load(Stream.of(new VectorRecord<>(3L, VectorValue.of(1, 1), null, Map.of())), LoadOptions.replace());
		assertThat(stored(table, Long.class)).containsOnlyKeys(1L, 3L);
		assertThat(stored(table, Long.class).get(3L).metadata()).isEqualTo(Map.of("tenant", "us"));
		assertThat(us.delete(List.of(1L, 3L))).isOne();
		assertThat(stored(table, Long.class)).containsOnlyKeys(1L);
	}

	@Test
	void recordThatNamesAnotherTenantIsRefused() {
		VectorRepository<Long> repository = as("us", tenantTable("tenants_named"));
		VectorRecord<Long> record = new VectorRecord<>(2L, VectorValue.of(1, 1), null, Map.of("tenant", "them"));
		for (Way way : Way.values()) {
			assertThatExceptionOfType(InvalidVectorRecordException.class)
				.isThrownBy(() -> way.write(repository, List.of(record)))
				.withMessage("Record 0 (id 2) for vector table tenants_named: metadata names another tenant at "
						+ "'tenant' than the caller's");
		}
	}

	/**
	 * Superusers are above every policy, so the owner of the table writes.
	 */
	@ParameterizedTest
	@EnumSource(Way.class)
	void tableWithAPolicyIsWritten(Way way) {
		VectorTable table = tenantTable("policy_" + way);
		String name = table.quotedName();
		jdbc.execute("ALTER TABLE %s ENABLE ROW LEVEL SECURITY".formatted(name));
		jdbc.execute("ALTER TABLE %s FORCE ROW LEVEL SECURITY".formatted(name));
		jdbc.execute(
				"CREATE POLICY own ON %s USING (tenant = current_setting('rdsboot.tenant', true))".formatted(name));
		jdbc.execute("DROP ROLE IF EXISTS plain");
		jdbc.execute("CREATE ROLE plain");
		jdbc.execute("GRANT USAGE ON SCHEMA extensions TO plain");
		jdbc.execute("GRANT ALL ON %s TO plain".formatted(name));
		try {
			new TransactionTemplate(new JdbcTransactionManager(dataSource)).executeWithoutResult((status) -> {
				jdbc.execute("SET LOCAL ROLE plain");
				for (int i = 0; i < ((way == Way.LOAD_INSERT) ? 1 : 2); i++) {
					writeUnlessParallel(way, as("us", table));
				}
			});
			assertThat(stored(table, Long.class)).containsOnlyKeys(1L, 2L);
		}
		finally {
			jdbc.execute("DROP OWNED BY plain");
			jdbc.execute("DROP ROLE plain");
		}
	}

	private static void writeUnlessParallel(Way way, VectorRepository<Long> repository) {
		Way joining = (way == Way.LOAD_UPSERT_IN_PARALLEL) ? Way.LOAD_UPSERT : way;
		joining.write(repository, List.of(new VectorRecord<>(1L, VectorValue.of(1, 1), null, Map.of()),
				new VectorRecord<>(2L, VectorValue.of(1, 1), null, Map.of())));
	}

	private static VectorRepository<Long> as(String tenant, VectorTable table) {
		return JdbcVectorRepository.builder(dataSource, table, Long.class).tenantResolver(() -> tenant).build();
	}

	private static VectorTable tenantTable(String name) {
		VectorTable table = VectorTable.builder(name)
			.extensionSchema("extensions")
			.idType(IdType.BIGINT)
			.dimensions(2)
			.key("tenant", KeyType.TEXT)
			.tenant("tenant")
			.build();
		VectorTestDatabase.createTable(jdbc, table);
		return table;
	}

}
