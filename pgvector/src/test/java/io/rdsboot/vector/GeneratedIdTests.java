package io.rdsboot.vector;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.VectorValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of records without ids, which the database generates, on PostgreSQL.
 */
class GeneratedIdTests extends AbstractOwnedTableTests {

	private static final String COLUMNS = ", embedding vector(2) NOT NULL, content text, metadata jsonb NOT NULL DEFAULT '{}'";

	private final TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));

	@ParameterizedTest
	@EnumSource(IdType.class)
	void idsOfTheTableThatIsCreatedAreReturnedInTheOrderOfTheRecords(IdType type) {
		this.schema.migrate(table(type));
		insertAndFind(type, type.javaType());
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = { "BIGINT ; bigserial PRIMARY KEY", "BIGINT ; bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
					"BIGINT ; bigint PRIMARY KEY DEFAULT next_id()", "BIGINT ; bigint PRIMARY KEY",
					"UUID ; uuid PRIMARY KEY DEFAULT md5(random()::text)::uuid",
					"TEXT ; 'varchar(50) PRIMARY KEY DEFAULT concat(''doc-'', nextval(''own_ids''))'" })
	void idsOfTablesOfOthersAreReturnedInTheOrderOfTheRecords(IdType type, String column) {
		jdbc.execute("CREATE SEQUENCE IF NOT EXISTS own_ids INCREMENT BY -7");
		jdbc.execute(
				"CREATE OR REPLACE FUNCTION next_id() RETURNS bigint LANGUAGE sql AS 'SELECT nextval(''own_ids'')'");
		jdbc.execute("""
				CREATE OR REPLACE FUNCTION set_id() RETURNS trigger LANGUAGE plpgsql AS $$
				BEGIN NEW.id := COALESCE(NEW.id, nextval('own_ids')); RETURN NEW; END $$""");
		jdbc.execute("CREATE TABLE documents (id " + column + COLUMNS + ")");
		if (column.equals("bigint PRIMARY KEY")) {
			jdbc.execute("CREATE TRIGGER ids BEFORE INSERT ON documents FOR EACH ROW EXECUTE FUNCTION set_id()");
		}
		this.schema.validate(table(type));
		insertAndFind(type, type.javaType());
	}

	private <ID> void insertAndFind(IdType type, Class<ID> idClass) {
		VectorRepository<ID> repository = JdbcVectorRepository.of(dataSource, table(type), idClass);
		ID own = idClass.cast(switch (type) {
			case BIGINT -> Long.MAX_VALUE;
			case INTEGER -> Integer.MAX_VALUE;
			case UUID -> new UUID(1, 2);
			case TEXT -> "my own";
		});
		VectorRecord<ID> first = record(0);
		ID id = repository.insert(first);
		assertThat(repository.findById(id)).contains(first.withId(id));
		List<VectorRecord<ID>> records = new ArrayList<>(
				IntStream.rangeClosed(1, 350).mapToObj((number) -> GeneratedIdTests.<ID>record(number)).toList());
		records.set(120, records.get(120).withId(own));
		List<ID> ids = repository.insert(records);
		assertThat(ids).hasSize(350).doesNotHaveDuplicates().doesNotContain(id);
		assertThat(ids.get(120)).isEqualTo(own);
		assertThat(repository.findAllById(ids)).isEqualTo(withIds(records, ids));
		VectorRecord<ID> replacement = new VectorRecord<>(id, new float[] { 9, 9 }, "new", Map.of());
		repository.upsert(replacement);
		assertThat(repository.findById(id)).contains(replacement);
		repository.load(repository.stream(RecordQuery.all().withVectors()), LoadOptions.replace());
		assertThat(repository.count()).isEqualTo(351);
		assertThat(repository.load(Stream.of(record(1), record(2)), LoadOptions.replace()).rows()).isEqualTo(2);
		assertThat(repository.find(RecordQuery.all()).records()).hasSize(2)
			.allSatisfy((found) -> assertThat(ids).doesNotContain(found.id()));
	}

	@Test
	void idsOfManyRecordsAreTheirs() {
		this.schema.migrate(table(IdType.UUID));
		VectorRepository<UUID> repository = JdbcVectorRepository.of(dataSource, table(IdType.UUID), UUID.class);
		List<VectorRecord<UUID>> records = IntStream.range(0, 10_000)
			.mapToObj((number) -> GeneratedIdTests.<UUID>record(number))
			.toList();
		List<UUID> ids = repository.insert(records);
		assertThat(repository.findAllById(ids)).isEqualTo(withIds(records, ids));
	}

	private static <ID> List<VectorRecord<ID>> withIds(List<VectorRecord<ID>> records, List<ID> ids) {
		return IntStream.range(0, records.size()).mapToObj((i) -> records.get(i).withId(ids.get(i))).toList();
	}

	@Test
	void connectionWithoutBinaryParametersReturnsIdsToo() {
		this.schema.migrate(table(IdType.BIGINT));
		VectorRepository<Long> repository = JdbcVectorRepository
			.of(new DriverManagerDataSource(dataSource.getJdbcUrl() + "?preferQueryMode=simple",
					dataSource.getUsername(), dataSource.getPassword()), table(IdType.BIGINT), Long.class);
		List<VectorRecord<Long>> records = List.of(record(3), GeneratedIdTests.<Long>record(1).withId(50L), record(2));
		List<Long> ids = repository.insert(records);
		assertThat(ids).containsExactly(1L, 50L, 2L);
		assertThat(repository.findAllById(ids)).isEqualTo(withIds(records, ids));
		jdbc.execute("SELECT setval('documents_id_seq', 49)");
		assertThatExceptionOfType(RecordConflictException.class).isThrownBy(() -> repository.insert(record(0)))
			.withMessageContaining("is at 50, but there are ids up to 50");
	}

	@Test
	void sequenceThatIsBehindIsNamedWithTheStatementThatMendsIt() {
		this.schema.migrate(table(IdType.BIGINT));
		VectorRepository<Long> repository = repository();
		repository.load(Stream.of(GeneratedIdTests.<Long>record(0).withId(1L),
				GeneratedIdTests.<Long>record(1).withId(2L), GeneratedIdTests.<Long>record(2).withId(100L)),
				LoadOptions.insert());
		String setval = "SELECT setval('documents_id_seq', (SELECT max(\"id\") FROM \"documents\"))";
		this.transaction.executeWithoutResult((status) -> {
			repository.insert(GeneratedIdTests.<Long>record(7).withId(7L));
			assertThatExceptionOfType(RecordConflictException.class)
				.isThrownBy(() -> repository
					.insert(List.of(record(4), GeneratedIdTests.<Long>record(5).withId(200L), record(6), record(7))))
				.withMessage("Ids that the database generated for 2 of 4 records exist already in vector table "
						+ "documents, and nothing was stored (records 0, 2): its sequence documents_id_seq is at 3, "
						+ "but there are ids up to 200: as its owner, " + setval)
				.satisfies((ex) -> {
					assertThat(ex.getIds()).isEmpty();
					assertThat(ex.getPositions()).containsExactly(0, 2);
				});
			repository.insert(GeneratedIdTests.<Long>record(8).withId(8L));
		});
		assertThat(repository.find(RecordQuery.all()).records()).extracting(VectorRecord::id)
			.containsExactly(1L, 2L, 7L, 8L, 100L);
		jdbc.execute(setval);
		assertThat(repository.insert(record(9))).isEqualTo(101);
		assertThatExceptionOfType(RecordConflictException.class)
			.isThrownBy(() -> repository.insert(List.of(record(4), GeneratedIdTests.<Long>record(5).withId(8L))))
			.withMessageStartingWith("1 of 2 ids exist already")
			.satisfies((ex) -> assertThat(ex.getPositions()).isEmpty());
		jdbc.execute("SELECT setval('documents_id_seq', 99)");
		assertThatExceptionOfType(DuplicateKeyException.class)
			.isThrownBy(() -> repository.load(Stream.of(record(10)), LoadOptions.insert()))
			.withMessageContaining("Record 0 for vector table documents was refused by the server")
			.withMessageContaining("If it is the id that the database generated: its sequence may be behind ids that "
					+ "were stored by other means: as its owner, SELECT setval(pg_get_serial_sequence('\"documents\"', 'id'), "
					+ "(SELECT max(\"id\") FROM \"documents\"))");
	}

	@Test
	void defaultThatRepeatsAnIdIsNamed() {
		jdbc.execute("CREATE TABLE documents (id text PRIMARY KEY DEFAULT 'same'" + COLUMNS + ")");
		VectorRepository<String> repository = JdbcVectorRepository.of(dataSource, table(IdType.TEXT), String.class);
		assertThatExceptionOfType(RecordConflictException.class)
			.isThrownBy(() -> repository.insert(List.of(record(1), record(2))))
			.withMessageEndingWith("(records 1): look at the default of column id, and at the table's triggers");
		assertThat(repository.count()).isZero();
	}

	@Test
	void upsertOfARecordWithoutIdIsRefused() {
		this.schema.migrate(table(IdType.BIGINT));
		VectorRepository<Long> repository = repository();
		String problem = "Record 1 for vector table documents: id is missing, but an upsert finds rows by it: insert the "
				+ "record instead";
		List<VectorRecord<Long>> records = List.of(GeneratedIdTests.<Long>record(1).withId(1L), record(2));
		assertThatExceptionOfType(InvalidVectorRecordException.class).isThrownBy(() -> repository.upsert(records))
			.withMessage(problem);
		assertThatExceptionOfType(InvalidVectorRecordException.class)
			.isThrownBy(() -> repository.load(records.stream(), LoadOptions.upsert()))
			.withMessage(problem);
		assertThat(repository.count()).isZero();
	}

	@Test
	void loadThatBeginsWithoutIdsTakesNoOthersAndTheOtherWayRound() {
		this.schema.migrate(table(IdType.BIGINT));
		VectorRepository<Long> repository = repository();
		List<VectorRecord<Long>> records = List.of(record(1), GeneratedIdTests.<Long>record(2).withId(2L), record(3));
		assertThatExceptionOfType(InvalidVectorRecordException.class)
			.isThrownBy(() -> repository.load(records.stream(), LoadOptions.insert()))
			.withMessage(
					"Record 1 (id 2) for vector table documents: id is given, but the first record of the load has "
							+ "none: load records with ids apart");
		assertThatExceptionOfType(InvalidVectorRecordException.class)
			.isThrownBy(() -> repository.load(records.stream().skip(1), LoadOptions.replace()))
			.withMessage(
					"Record 1 for vector table documents: id is missing, but the first record of the load has one: "
							+ "load records without ids apart");
		assertThat(repository.count()).isZero();
		LoadResult result = repository.load(records.stream(), LoadOptions.insert().collectRejected(1));
		assertThat(result.rows()).isEqualTo(2);
		assertThat(result.rejected()).extracting(RejectedRecord::position).containsExactly(1L);
		assertThat(contents(repository)).containsExactly("c1", "c3");
		assertThat(repository.load(Stream.empty(), LoadOptions.insert()).rows()).isZero();
	}

	@Test
	void loadOnSeveralConnectionsGeneratesIds() {
		this.schema.migrate(table(IdType.UUID));
		VectorRepository<UUID> repository = JdbcVectorRepository.of(dataSource, table(IdType.UUID), UUID.class);
		LoadResult result = repository.load(IntStream.range(0, 500).mapToObj(GeneratedIdTests::<UUID>record),
				LoadOptions.insert().parallelism(3));
		assertThat(result.rows()).isEqualTo(500);
		assertThat(repository.stream(RecordQuery.all()).map(VectorRecord::content).distinct()).hasSize(500);
	}

	@Test
	void linesWithoutIdsAreLoadedWithNewOnes() {
		this.schema.migrate(table(IdType.BIGINT));
		VectorRepository<Long> repository = repository();
		repository.insert(List.of(record(1), record(2)));
		ByteArrayOutputStream file = new ByteArrayOutputStream();
		repository.exportTo(file, RecordQuery.all());
		String lines = file.toString(StandardCharsets.UTF_8);
		assertThat(lines).contains("{\"id\":1,", "{\"id\":2,");
		repository.load(utf8(lines.replaceAll("\"id\":\\d+,", "")), LoadOptions.insert());
		repository.load(utf8(lines.replaceAll("\"id\":\\d+,", "\"id\":null,")), LoadOptions.insert());
		assertThat(repository.find(RecordQuery.all()).records()).extracting(VectorRecord::id)
			.containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
		assertThat(contents(repository)).containsExactly("c1", "c2", "c1", "c2", "c1", "c2");
	}

	private static ByteArrayInputStream utf8(String text) {
		return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
	}

	@ParameterizedTest
	@ValueSource(strings = { "extended", "simple" })
	void recordsOfTenantsGetIdsAndAreSeenByTheirTenantOnly(String queryMode) {
		VectorTable table = builder(IdType.BIGINT).key("who", KeyType.TEXT).tenant("who").build();
		this.schema.migrate(table);
		AtomicReference<String> tenant = new AtomicReference<>("a");
		VectorRepository<Long> repository = JdbcVectorRepository
			.builder(new DriverManagerDataSource(dataSource.getJdbcUrl() + "?preferQueryMode=" + queryMode,
					dataSource.getUsername(), dataSource.getPassword()), table, Long.class)
			.tenantResolver(tenant::get)
			.build();
		assertThat(repository.insert(List.of(record(1), record(2)))).containsExactly(1L, 2L);
		tenant.set("b");
		assertThat(repository.insert(record(3))).isEqualTo(3);
		assertThat(repository.load(Stream.of(record(4)), LoadOptions.insert()).rows()).isOne();
		assertThat(contents(repository)).containsExactly("c3", "c4");
		assertThat(repository.load(Stream.of(record(5)), LoadOptions.replace()).rows()).isOne();
		assertThat(contents(repository)).containsExactly("c5");
		tenant.set("a");
		assertThat(contents(repository)).containsExactly("c1", "c2");
		jdbc.execute("SELECT setval('documents_id_seq', 4)");
		assertThatExceptionOfType(RecordConflictException.class).isThrownBy(() -> repository.insert(record(6)))
			.withMessageContaining("sequence documents_id_seq may be behind ids that were stored by other means");
	}

	@Test
	void furtherVectorsAndWordsAreStored() {
		VectorTable table = builder(IdType.TEXT).vector(VectorColumn.of("title", 2))
			.key("tags", KeyType.TEXT_ARRAY)
			.textSearch(TextSearch.of("english"))
			.build();
		this.schema.migrate(table);
		VectorRepository<String> repository = JdbcVectorRepository.of(dataSource, table, String.class);
		VectorRecord<String> record = VectorRecord
			.<String>withoutId(VectorValue.of(1, 2), "ants and bees", Map.of("tags", List.of("x", "y, z")))
			.withVector("title", VectorValue.of(3, 4));
		String id = repository.insert(record);
		assertThat(UUID.fromString(id)).isNotNull();
		assertThat(repository.findById(id)).contains(record.withId(id));
		assertThat(repository.search(VectorSearch.nearest(VectorValue.of(1, 2)).hybrid("bee")))
			.extracting(VectorMatch::id)
			.containsExactly(id);
	}

	@Test
	void transactionThatIsRolledBackOrReadOnlyStoresNothing() {
		this.schema.migrate(table(IdType.BIGINT));
		VectorRepository<Long> repository = repository();
		this.transaction.executeWithoutResult((status) -> {
			Long id = repository.insert(record(1));
			assertThat(repository.existsById(id)).isTrue();
			status.setRollbackOnly();
		});
		assertThat(repository.count()).isZero();
		this.transaction.setReadOnly(true);
		for (Supplier<Object> write : List.<Supplier<Object>>of(() -> repository.insert(record(1)),
				() -> repository.load(Stream.of(record(1)), LoadOptions.insert()))) {
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> write.get()))
				.havingRootCause()
				.withMessageContaining("in a read-only transaction");
		}
		assertThat(repository.count()).isZero();
	}

	private static List<String> contents(VectorRepository<Long> repository) {
		try (Stream<VectorRecord<Long>> rows = repository.stream(RecordQuery.all())) {
			return rows.map((row) -> String.valueOf(row.content())).toList();
		}
	}

	private VectorRepository<Long> repository() {
		return JdbcVectorRepository.of(dataSource, table(IdType.BIGINT), Long.class);
	}

	private static VectorTable table(IdType type) {
		return builder(type).build();
	}

	private static VectorTable.Builder builder(IdType type) {
		return VectorTable.builder("documents").idType(type).generatedIds().dimensions(2);
	}

	private static <ID> VectorRecord<ID> record(int number) {
		return VectorRecord.withoutId(new float[] { 1, number }, "c" + number, Map.of("n", number));
	}

}
